//! What can be done by typing its name: the commands of the palette, and which of them a text finds.

use pilothouse_report::Place;

use super::{Action, EXAMPLES, Overlay, SourceFile, Tab, Theme};
use crate::engine::Overview;

/// So many are shown at most; more letters find the rest.
const MOST: usize = 50;

/// Something that can be done.
#[derive(Clone, Debug)]
pub struct Command {
    /// What sort of thing it is.
    pub kind: &'static str,
    /// What it is called.
    pub name: String,
    /// What happens.
    pub action: Action,
}

impl Command {
    fn new(kind: &'static str, name: impl Into<String>, action: Action) -> Self {
        Self { kind, name: name.into(), action }
    }
}

/// All that can be done with what is known: views and choices first, then what the input holds.
pub fn commands(overview: &Overview, files: &[SourceFile]) -> Vec<Command> {
    let mut out: Vec<Command> =
        Tab::ALL.iter().map(|tab| Command::new("View", tab.title(), Action::Tab(*tab))).collect();
    out.push(Command::new("Findings", "Go to the next finding", Action::Finding { forward: true }));
    out.push(Command::new("Findings", "Go to the finding before", Action::Finding { forward: false }));
    out.extend(
        overview
            .bindings
            .iter()
            .map(|row| Command::new("Proxy", row.title.as_str(), Action::Binding(row.id.clone()))),
    );
    for (name, istio) in [("Istio current", "current"), ("Istio 1.1", "1.1")] {
        out.push(Command::new("Model", name, Action::Istio(istio.to_owned())));
    }
    for (name, theme) in
        [("As the system has it", Theme::System), ("Light", Theme::Light), ("Dark", Theme::Dark)]
    {
        out.push(Command::new("Colours", name, Action::Theme(theme)));
    }
    out.push(Command::new("Rollout", "Keep this text as before", Action::Keep));
    out.push(Command::new("Help", "Keys", Action::Overlay(Some(Overlay::Keys))));
    out.extend(EXAMPLES.iter().map(|it| Command::new("Example", it.title(), Action::Load(*it))));
    if files.len() > 1 {
        let file = |(at, file): (usize, &SourceFile)| Command::new("File", &*file.name, Action::File(at));
        out.extend(files.iter().enumerate().map(file));
    }
    out.extend(overview.resources.iter().enumerate().map(|(at, row)| {
        let name = format!("{} {}/{}", row.key.kind, row.key.namespace, row.key.name);
        let place = Place { resource: at as u32, file: row.file, range: row.range };
        Command::new("Go to", name, Action::Reveal(place))
    }));
    out
}

/// The commands that hold every word of a text, those that begin with it first; of very many the first.
pub fn matching<'a>(commands: &'a [Command], text: &str) -> Vec<&'a Command> {
    let words: Vec<String> = text.split_whitespace().map(str::to_ascii_lowercase).collect();
    let (mut first, mut others) = (Vec::new(), Vec::new());
    for command in commands {
        let name = command.name.to_ascii_lowercase();
        let whole = format!("{} {name}", command.kind.to_ascii_lowercase());
        if words.iter().all(|word| whole.contains(word.as_str())) {
            let begins = words.first().is_some_and(|word| name.starts_with(word.as_str()));
            if begins { &mut first } else { &mut others }.push(command);
        }
    }
    first.append(&mut others);
    first.truncate(MOST);
    first
}

/// What is typed into the palette, and which of what it finds is marked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Typed {
    /// The text.
    pub text: String,
    /// The place of what is marked.
    pub marked: usize,
}

impl Typed {
    /// The same with the next one marked, or the one before, of so many; round at the ends.
    pub fn moved(&self, down: bool, of: usize) -> Self {
        let step = if down { 1 } else { of.saturating_sub(1) };
        Self { marked: (self.marked + step) % of.max(1), ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use pilothouse_report::{BindingRow, ResourceKey, ResourceRow};

    use super::*;

    fn overview() -> Overview {
        let row = |name: &str| ResourceRow {
            key: ResourceKey { kind: "VirtualService".into(), namespace: "shop".into(), name: name.into() },
            ..ResourceRow::default()
        };
        let binding = BindingRow {
            id: "gateway/edge".into(),
            title: "Ingress gateway".into(),
            ..BindingRow::default()
        };
        Overview { resources: vec![row("cart"), row("web")], bindings: vec![binding], ..Overview::default() }
    }

    fn names(text: &str) -> Vec<String> {
        let commands = commands(&overview(), &[]);
        matching(&commands, text).iter().map(|it| format!("{}: {}", it.kind, it.name)).collect()
    }

    #[test]
    fn every_word_counts_in_any_order_and_case() {
        assert_eq!(names("CART virtual"), ["Go to: VirtualService shop/cart"]);
        assert_eq!(names("dark"), ["Colours: Dark"]);
        assert_eq!(names("no such thing"), [""; 0]);
    }

    #[test]
    fn the_mark_goes_round() {
        let first = Typed::default();
        assert_eq!(first.moved(false, 3).marked, 2);
        assert_eq!(first.moved(true, 3).moved(true, 3).moved(true, 3), first);
        assert_eq!(first.moved(true, 0), first);
    }

    #[test]
    fn what_begins_so_comes_first() {
        assert_eq!(names("rol")[0], "View: Rollout");
        assert_eq!(names("ingress")[0], "Proxy: Ingress gateway");
    }

    #[test]
    fn nothing_typed_shows_views_first_and_never_too_many() {
        let mut many = overview();
        many.resources = vec![many.resources[0].clone(); 10_000];
        let all = commands(&many, &[]);
        let shown = matching(&all, " ");
        assert_eq!((shown.len(), shown[0].name.as_str()), (MOST, "Routes"));
    }
}
