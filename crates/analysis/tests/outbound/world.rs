//! Small meshes, and what becomes of them as text.

use pilothouse_analysis::{
    Analysis, Profile, Request, Sources, analyze_exactly,
    effective::{ChainTarget, Dropped, FilterChain},
    mesh::Proxy,
    trace::{Answer, Share, Trace},
};

/// A mesh from documents.
pub(crate) fn mesh(documents: &[String]) -> Analysis {
    mesh_of(documents, Profile::current())
}

pub(crate) fn mesh_of(documents: &[String], profile: Profile) -> Analysis {
    let analysis = analyze_exactly(Sources::single("t", documents.join("---\n")), profile);
    assert!(analysis.rejected().is_empty(), "{:?}", analysis.rejected());
    analysis
}

/// A Service of the namespace `shop`: its address, where it has one, and its ports as `name number`.
pub(crate) fn service(name: &str, address: &str, ports: &str) -> String {
    let ports = ports.split(", ").map(|port| {
        let (name, number) = port.split_once(' ').unwrap();
        format!("  - {{name: {name}, port: {number}}}\n")
    });
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec:\n  clusterIP: {address}\n  ports:\n{}",
        ports.collect::<String>()
    )
}

/// A ServiceEntry of the namespace `shop`; `more` holds further fields, each with a comma behind.
pub(crate) fn entry(name: &str, hosts: &str, protocol: &str, port: u32, more: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: ServiceEntry\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{hosts: [{hosts}], {more} resolution: NONE, ports: [{{name: p, number: {port}, protocol: {protocol}}}]}}\n"
    )
}

/// A VirtualService of the namespace `shop` with one section.
pub(crate) fn rules(name: &str, hosts: &str, section: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec:\n  hosts: [{hosts}]\n{}\n",
        section.lines().map(|line| format!("  {line}\n")).collect::<String>()
    )
}

/// A Sidecar of the namespace `shop`.
pub(crate) fn sidecar(spec: &str) -> String {
    format!(
        "apiVersion: networking.istio.io/v1\nkind: Sidecar\nmetadata: {{name: default, namespace: shop}}\nspec: {spec}\n"
    )
}

pub(crate) fn client(labels: &str) -> Proxy {
    format!("sidecar/shop/{labels}").parse().unwrap()
}

/// The chains of all listeners but the last, one in a line: `listener | what it takes -> where to`.
pub(crate) fn chains(analysis: &Analysis, proxy: &Proxy) -> Vec<String> {
    let config = analysis.effective.proxy(proxy);
    let (rest, listeners) = config.outbound.split_last().unwrap();
    assert_eq!(rest.name, "virtualOutbound");
    listeners
        .iter()
        .flat_map(|listener| {
            listener.chains.iter().map(|chain| format!("{} | {}", listener.name, row(chain)))
        })
        .collect()
}

fn row(chain: &FilterChain) -> String {
    let mut takes = chain.server_names.clone();
    takes.extend(chain.networks.iter().map(ToString::to_string));
    if chain.plain_http_only {
        takes.push("plain HTTP".into());
    }
    if takes.is_empty() {
        takes.push("any".into());
    }
    let to = match &chain.target {
        ChainTarget::Routes(name) => format!("routes {name}"),
        ChainTarget::Clusters { clusters, weighted, .. } => {
            let names = clusters.iter().map(|it| match weighted {
                true => format!("{} {}", short(&it.cluster.name), it.weight),
                false => short(&it.cluster.name),
            });
            names.collect::<Vec<_>>().join(", ")
        }
    };
    format!("{} -> {to}", takes.join(", "))
}

fn short(cluster: &str) -> String {
    cluster.replace("outbound|", "").replace(".shop.svc.cluster.local", "")
}

/// What has no part, as `id resource: what was written`.
pub(crate) fn dropped(analysis: &Analysis, proxy: &Proxy) -> Vec<String> {
    let config = analysis.effective.proxy(proxy);
    config.dropped.iter().map(|dropped| dropped_row(analysis, dropped)).collect()
}

fn dropped_row(analysis: &Analysis, dropped: &Dropped) -> String {
    let resource = analysis.effective.mesh.resource(dropped.origin.resource);
    let text = &analysis.sources.files[0].text
        [dropped.origin.range.start as usize..dropped.origin.range.end as usize];
    format!(
        "{} {}: {}",
        dropped.reason.id(),
        resource.key.name,
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    )
}

/// What becomes of a request from an unlabelled workload of `shop`.
pub(crate) fn way(analysis: &Analysis, url: &str) -> String {
    answer(&analysis.trace(&client(""), &Request::new("GET", url).unwrap()))
}

pub(crate) fn answer(trace: &Trace) -> String {
    let names = |shares: &[Share]| {
        shares.iter().map(|share| short(&share.cluster.cluster.name)).collect::<Vec<_>>().join(", ")
    };
    match &trace.answer {
        Answer::Stream { shares } => format!("stream {}", names(shares)),
        Answer::Forwarded { shares, .. } => format!("request {}", names(shares)),
        other => format!("{other:?}"),
    }
}
