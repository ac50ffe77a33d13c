//! What the word at a place means.

use pilothouse_syntax::TextRange;

use super::{
    gap::document_at,
    target::{Definition, Target, in_context},
};
use crate::{
    Analysis, FileId,
    resource::schema::{Field, Type},
};

/// What a key or a value means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// The word.
    pub range: TextRange,
    /// The field.
    pub field: &'static str,
    /// The message that the field is one of.
    pub message: &'static str,
    /// What the field takes.
    pub takes: String,
    /// What it does.
    pub doc: &'static str,
    /// The release that brought it; none for what all modelled releases have.
    pub since: Option<&'static str>,
    /// What else is to be said of the field or the name, in sentences.
    pub notes: Vec<String>,
    /// Where the name is defined.
    pub definitions: Vec<Definition>,
}

/// What the word at an offset of a text means; none where nothing is known of it.
pub fn meaning(analysis: &Analysis, file: FileId, offset: u32) -> Option<Meaning> {
    let text = &analysis.sources.get(file)?.text;
    let document = document_at(text, offset)?;
    in_context(analysis, file, offset, |context| {
        let (table, field) = (context.table?, context.field?);
        let range = context.scalar.range();
        let range = TextRange::new(range.start + document.start, range.end + document.start);
        let target = Target::of(analysis, context);
        let definitions: Vec<Definition> =
            target.iter().flat_map(|target| target.definitions(analysis)).collect();
        let mut notes = notes(field);
        match &target {
            Some(Target::Host(host)) => notes.push(format!("It stands for `{host}`.")),
            Some(Target::Subset { host, .. }) => notes.push(format!("A part of `{host}`.")),
            Some(Target::Gateway(name)) => notes.push(format!("It stands for `{name}`.")),
            Some(Target::Delegate { namespace, name }) => {
                notes.push(format!("It stands for `{namespace}/{name}`."));
            }
            None => {}
        }
        if target.is_some() && definitions.is_empty() {
            notes.push("Nothing in this input defines it.".to_owned());
        }
        Some(Meaning {
            range,
            field: field.name,
            message: table.name,
            takes: words(&field.ty),
            doc: field.doc,
            since: Some(field.since).filter(|since| *since != "1.0"),
            notes,
            definitions,
        })
    })
}

fn notes(field: &Field) -> Vec<String> {
    let mut notes = Vec::new();
    if field.required {
        notes.push("It must be set.".to_owned());
    }
    if field.gone {
        notes.push("Istio 1.1 had it; it is gone.".to_owned());
    }
    notes
}

/// What a type takes, in words.
pub(super) fn words(ty: &Type) -> String {
    match ty {
        Type::Bool => "true or false".to_owned(),
        Type::Text => "text".to_owned(),
        Type::Integer(..) => "whole number".to_owned(),
        Type::Number => "number".to_owned(),
        Type::Duration => "duration such as 1.5s".to_owned(),
        Type::Timestamp => "time".to_owned(),
        Type::TextOrInteger => "name or whole number".to_owned(),
        Type::Enum { words, .. } => format!("one of {}", words.join(", ")),
        Type::Message(table) => table.name.to_owned(),
        Type::List(of) | Type::Sized(of, ..) => format!("list of {}", words(of)),
        Type::Map(of) => format!("names with {}", words(of)),
        Type::Unmodelled => "anything".to_owned(),
    }
}
