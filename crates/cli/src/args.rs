//! The command line.

use std::path::PathBuf;

use clap::{Args as ClapArgs, Parser, Subcommand, ValueEnum};
use pilothouse_analysis::{Profile, mesh::Proxy};
use pilothouse_report::config;

/// See what Istio makes of your YAML.
#[derive(Debug, Parser)]
#[command(name = "pilothouse", version, max_term_width = 100)]
pub(crate) struct Args {
    /// Which Istio reads the YAML: `current`, or `1.1` as the guideline page documents it [default: current]
    #[arg(long, global = true, value_enum)]
    pub(crate) istio: Option<Istio>,
    /// The settings for all paths, in place of the pilothouse.toml in the folder of each or the nearest above it
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    /// Read no pilothouse.toml
    #[arg(long, global = true, conflicts_with = "config")]
    pub(crate) no_config: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Check(Check),
    Routes(Routes),
    Request(Request),
    Test(Test),
    Rollout(Rollout),
    Explain(Explain),
    Link(Link),
    Open(Open),
}

impl Command {
    /// The files and folders that are read.
    pub(crate) fn paths(&self) -> Vec<&PathBuf> {
        match self {
            Command::Check(check) => check.input.paths.iter().collect(),
            Command::Routes(routes) => routes.input.paths.iter().collect(),
            Command::Request(request) => {
                let url = usize::from(request.requests.is_none());
                let paths = &request.input.paths;
                paths.iter().take(paths.len().saturating_sub(url)).collect()
            }
            Command::Test(test) => test.input.paths.iter().collect(),
            Command::Rollout(rollout) => vec![&rollout.before, &rollout.after],
            Command::Link(link) => link.input.paths.iter().collect(),
            Command::Explain(_) | Command::Open(_) => Vec::new(),
        }
    }
}

/// Find what breaks the guidelines
///
/// Exits with 0 where nothing of the severity that --fail-on names is found, with 1 where something is, and with 2
/// where the arguments are unusable or no input can be read.
#[derive(Debug, ClapArgs)]
pub(crate) struct Check {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The severity from which findings fail the run [default: error]
    #[arg(long, value_enum)]
    pub(crate) fail_on: Option<FailOn>,
    /// How findings are written; `github` is for annotations of GitHub Actions
    #[arg(long, value_enum, default_value_t = CheckFormat::Text)]
    pub(crate) format: CheckFormat,
    /// Mend in the files what can be mended without a new finding, and report what is left
    #[arg(long)]
    pub(crate) fix: bool,
    /// Show as a unified diff what --fix would change, and write nothing
    #[arg(long, conflicts_with_all = ["fix", "format"])]
    pub(crate) diff: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum CheckFormat {
    Text,
    Json,
    Sarif,
    Github,
}

/// Show the routes of each proxy, in the order in which they are tried
#[derive(Debug, ClapArgs)]
pub(crate) struct Routes {
    #[command(flatten)]
    pub(crate) input: Input,
    /// A proxy to show, as gateway/NAMESPACE/LABELS or sidecar/NAMESPACE/LABELS; all that the input speaks of where
    /// there is none
    #[arg(long, value_name = "PROXY")]
    pub(crate) proxy: Vec<Proxy>,
    /// Show only what answers requests for this host
    #[arg(long, value_name = "HOST")]
    pub(crate) host: Option<String>,
    /// How routes are written; `yaml` is one VirtualService for each host, with the rules in the order in which they run
    /// today, and one Gateway for servers of one certificate; `envoy` is what istiod builds from exactly this input, as Envoy's API has it
    #[arg(long, value_enum, default_value_t = RoutesFormat::Text)]
    pub(crate) format: RoutesFormat,
}

/// Send a request through the configuration and tell, step by step, where it goes and why
///
/// Exits with 0 where it is forwarded or answered as configured, with 1 where it ends in 404, 503, a refused or a
/// closed connection, and with 2 where the arguments are unusable.
#[derive(Debug, ClapArgs)]
#[command(
    override_usage = "pilothouse request [OPTIONS] <PATH>... <URL>\n       pilothouse request [OPTIONS] --requests <FILE> <PATH>..."
)]
pub(crate) struct Request {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The method
    #[arg(short = 'X', long, default_value = "GET", value_name = "METHOD")]
    pub(crate) method: String,
    /// A header, as 'name: value'
    #[arg(short = 'H', long, value_name = "HEADER")]
    pub(crate) header: Vec<String>,
    /// The port of the connection; that of the URL where there is none
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: Option<u16>,
    /// The proxy that takes it, as gateway/NAMESPACE/LABELS or sidecar/NAMESPACE/LABELS; every gateway that listens on
    /// the port where there is none
    #[arg(long, value_name = "PROXY")]
    pub(crate) proxy: Vec<Proxy>,
    /// Send it from a workload in the mesh, through its sidecar
    #[arg(long, value_name = "NAMESPACE[/LABELS]", conflicts_with = "proxy")]
    pub(crate) from: Option<String>,
    /// Assume no service that the input does not hold
    #[arg(long)]
    pub(crate) exact: bool,
    /// Answer the requests of a JSON file, in order, from exactly what the input holds; the form is documented. Plain
    /// requests of sidecars go to the port alone, whatever address their host stands for
    #[arg(long, value_name = "FILE", conflicts_with_all = ["proxy", "from", "header", "port"])]
    pub(crate) requests: Option<PathBuf>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// Run tests: requests with what is to come of them
///
/// Exits with 0 where all tests pass, with 1 where one fails, is undecided or cannot be read, and with 2 where the
/// arguments are unusable or a file cannot be read. Files of istio-config-validator are read too.
#[derive(Debug, ClapArgs)]
pub(crate) struct Test {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The files of tests; with --write, those whose routes need no further test
    #[arg(long, value_name = "FILE", num_args = 1.., required_unless_present = "write")]
    pub(crate) tests: Vec<PathBuf>,
    /// Print, as YAML, tests that expect of each route what it does today, and run none
    #[arg(long, conflicts_with = "format")]
    pub(crate) write: bool,
    /// Write only tests for the routes of this host
    #[arg(long, value_name = "HOST", requires = "write")]
    pub(crate) host: Option<String>,
    /// Assume no service that the input does not hold
    #[arg(long)]
    pub(crate) exact: bool,
    /// How the result is written; `junit` is the XML that CI systems read
    #[arg(long, value_enum, default_value_t = TestFormat::Text)]
    pub(crate) format: TestFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TestFormat {
    Text,
    Json,
    Junit,
}

/// Tell what a rule means, with a wrong and a right example
#[derive(Debug, ClapArgs)]
pub(crate) struct Explain {
    /// The code of a finding, or what istioctl or Kiali call the same check; all rules are listed where there is none
    pub(crate) code: Option<String>,
    /// How the rule is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

#[derive(Debug, ClapArgs)]
pub(crate) struct Input {
    /// Files; folders, in which all .yaml, .yml and .json files are read; `-` for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(crate) paths: Vec<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Istio {
    Current,
    #[value(name = "1.1")]
    V1_1,
}

impl Istio {
    pub(crate) fn profile(self) -> Profile {
        match self {
            Istio::Current => Profile::current(),
            Istio::V1_1 => Profile::v1_1(),
        }
    }
}

impl From<config::Istio> for Istio {
    fn from(istio: config::Istio) -> Self {
        match istio {
            config::Istio::Current => Istio::Current,
            config::Istio::V1_1 => Istio::V1_1,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

/// Compare two revisions: which requests break on the way, and in which stages none does
///
/// Exits with 0 where any order of the changes is safe, with 1 where it is not, and with 2 where the arguments are
/// unusable or a revision cannot be read.
#[derive(Debug, ClapArgs)]
pub(crate) struct Rollout {
    /// What runs today: a file or folder
    #[arg(value_name = "BEFORE")]
    pub(crate) before: PathBuf,
    /// What is to run: a file or folder
    #[arg(value_name = "AFTER")]
    pub(crate) after: PathBuf,
    /// Assume no service that the revisions do not hold
    #[arg(long)]
    pub(crate) exact: bool,
    /// How the result is written; `yaml` is the manifests of each stage
    #[arg(long, value_enum, default_value_t = RolloutFormat::Text)]
    pub(crate) format: RolloutFormat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RolloutFormat {
    Text,
    Json,
    Yaml,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoutesFormat {
    Text,
    Json,
    Yaml,
    Envoy,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOn {
    Warning,
    Error,
    Never,
}

impl From<config::FailOn> for FailOn {
    fn from(fail_on: config::FailOn) -> Self {
        match fail_on {
            config::FailOn::Warning => FailOn::Warning,
            config::FailOn::Error => FailOn::Error,
            config::FailOn::Never => FailOn::Never,
        }
    }
}

/// Print a link that opens the files in the page
///
/// All of them are inside the link itself, packed; nothing is sent anywhere. Without --base it is what stands behind
/// the address of any Pilothouse page, beginning with `#`. What looks like a secret is noted on standard error.
#[derive(Debug, ClapArgs)]
pub(crate) struct Link {
    #[command(flatten)]
    pub(crate) input: Input,
    /// The address of the page that is to open it, such as `https://pilothouse.example.com/`
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) base: Option<String>,
    /// A file of tests that goes with them
    #[arg(long, value_name = "FILE")]
    pub(crate) tests: Option<PathBuf>,
    /// The view that opens, as in `findings`
    #[arg(long, value_parser = ["routes", "findings", "policies", "listeners", "tests", "envoy", "rollout"])]
    pub(crate) tab: Option<String>,
    /// The proxy that is looked at, as gateway/NAMESPACE/LABELS or sidecar/NAMESPACE/LABELS
    #[arg(long, value_name = "PROXY")]
    pub(crate) proxy: Option<Proxy>,
    /// A request that is sent
    #[arg(long, value_name = "URL")]
    pub(crate) request: Option<String>,
    /// The method of the request
    #[arg(short = 'X', long, value_name = "METHOD", requires = "request")]
    pub(crate) method: Option<String>,
    /// A header of the request, as 'name: value'
    #[arg(short = 'H', long, value_name = "HEADER", requires = "request")]
    pub(crate) header: Vec<String>,
}

/// Print the files that a link holds, or write them into a folder
///
/// Names are made safe: nothing is written outside of the folder, and no file that exists is written over. Exits with
/// 1 where the link is broken and only a part of it could be read.
#[derive(Debug, ClapArgs)]
pub(crate) struct Open {
    /// The link: an address, or only what stands behind its `#`; `-` for standard input
    pub(crate) link: String,
    /// The folder that gets the files; it is made where there is none
    #[arg(short, long, value_name = "DIR")]
    pub(crate) output: Option<PathBuf>,
}
