//! What helps while YAML is written, with lines and columns.

use pilothouse_analysis::{Analysis, FileId, writing};
use pilothouse_syntax::LineIndex;
use serde::Serialize;

use crate::{
    findings::edit_row,
    model::{Edit, Position, Range},
    places::Places,
};

/// What may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// What an item replaces.
    pub range: Range,
    /// The items.
    pub items: Vec<OfferItem>,
}

/// Something that may stand there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct OfferItem {
    /// What it is called.
    pub label: String,
    /// What is written.
    pub insert: String,
    /// Whether it is a field.
    pub field: bool,
    /// What it takes, or what it is.
    pub detail: String,
    /// What it does.
    pub doc: String,
}

/// What a word means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Explanation {
    /// The word.
    pub range: Range,
    /// The field with its message: `HTTPRoute.timeout`.
    pub title: String,
    /// What it takes, and since when it does.
    pub detail: String,
    /// Sentences; names stand in backticks.
    pub text: Vec<String>,
    /// Where the name is defined.
    pub places: Vec<Lead>,
}

/// A place that a name leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Lead {
    /// What is there: `DestinationRule shop/cart`.
    pub what: String,
    /// The text, by its place in the input.
    pub file: u32,
    /// The name of the text.
    pub name: String,
    /// Where in it.
    pub range: Range,
}

/// A name that can be changed everywhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct NameRow {
    /// Where it was asked for.
    pub range: Range,
    /// The name.
    pub name: String,
    /// What it is the name of.
    pub what: String,
    /// How many places name it.
    pub places: u32,
}

/// A place of an input.
#[derive(Clone, Copy, Debug)]
pub struct Cursor<'a> {
    /// The input.
    pub analysis: &'a Analysis,
    /// The text, by its place in the input.
    pub file: u32,
    /// Where in it.
    pub at: Position,
}

impl Cursor<'_> {
    fn offset(&self) -> Option<(FileId, u32)> {
        let file = FileId(self.file);
        let text = &self.analysis.sources.get(file)?.text;
        let at = pilothouse_syntax::Position {
            line: self.at.line.saturating_sub(1),
            column: self.at.column.saturating_sub(1),
        };
        Some((file, LineIndex::new(text).offset_utf16(text, at)))
    }

    /// What may stand here.
    pub fn offer(&self) -> Option<Offer> {
        let (file, offset) = self.offset()?;
        let found = writing::completion(self.analysis, file, offset)?;
        let item = |item: writing::Item| OfferItem {
            label: item.label,
            insert: item.insert,
            field: item.is_field,
            detail: item.detail,
            doc: item.doc,
        };
        let range = Places::new(self.analysis).range(file, found.range);
        Some(Offer { range, items: found.items.into_iter().map(item).collect() })
    }

    /// What the word here means.
    pub fn explanation(&self) -> Option<Explanation> {
        let (file, offset) = self.offset()?;
        let found = writing::meaning(self.analysis, file, offset)?;
        let places = Places::new(self.analysis);
        let since = found.since.map(|since| format!(", since Istio {since}")).unwrap_or_default();
        Some(Explanation {
            range: places.range(file, found.range),
            title: format!("{}.{}", found.message, found.field),
            detail: format!("{}{since}", found.takes),
            text: [found.doc.to_owned()].into_iter().chain(found.notes).collect(),
            places: leads(&places, found.definitions),
        })
    }

    /// Where what is named here is defined.
    pub fn leads(&self) -> Vec<Lead> {
        let Some((file, offset)) = self.offset() else { return Vec::new() };
        leads(&Places::new(self.analysis), writing::definitions(self.analysis, file, offset))
    }

    /// The name here that can be changed everywhere, or why there is none.
    pub fn name(&self) -> Result<NameRow, String> {
        let (file, offset) = self.offset().ok_or_else(String::new)?;
        let name = writing::named(self.analysis, file, offset).map_err(|why| why.to_string())?;
        Ok(NameRow {
            range: Places::new(self.analysis).range(file, name.range),
            name: name.old,
            what: name.what,
            places: name.places as u32,
        })
    }

    /// The edits that give the name here another one everywhere, or why that cannot be.
    pub fn rename(&self, new: &str) -> Result<Vec<Edit>, String> {
        let (file, offset) = self.offset().ok_or_else(String::new)?;
        let edits = writing::rename(self.analysis, file, offset, new).map_err(|why| why.to_string())?;
        let places = Places::new(self.analysis);
        Ok(edits.iter().map(|edit| edit_row(&places, edit)).collect())
    }
}

fn leads(places: &Places<'_>, definitions: Vec<writing::Definition>) -> Vec<Lead> {
    let lead = |found: writing::Definition| Lead {
        what: found.what,
        file: found.spot.file.0,
        name: places.file_name(found.spot.file),
        range: places.range(found.spot.file, found.spot.range),
    };
    definitions.into_iter().map(lead).collect()
}

#[cfg(test)]
mod tests {
    use pilothouse_analysis::{Profile, Sources, analyze};

    use super::*;

    #[test]
    fn places_are_told_as_editors_count() {
        let rule = "# 🐙\napiVersion: networking.istio.io/v1\nkind: DestinationRule\nmetadata: { name: a }\nspec: { host: a, subsets: [{ name: v1 }] }\n";
        let route = "apiVersion: networking.istio.io/v1\nkind: VirtualService\nmetadata: { name: '🐙' }\nspec: { hosts: [a], http: [{ name: '🐙', route: [{ destination: { host: a, subset: v1 } }] }] }\n";
        let mut sources = Sources::single("rule.yaml", rule);
        sources.add("route.yaml", route);
        let analysis = analyze(sources, Profile::current());
        let line = route.lines().nth(3).unwrap();
        let column = line[..line.find("v1").unwrap()].encode_utf16().count() as u32 + 1;
        let cursor = Cursor { analysis: &analysis, file: 1, at: Position { line: 4, column } };
        let lead = &cursor.leads()[0];
        assert_eq!((lead.name.as_str(), lead.file, lead.range.start.line), ("rule.yaml", 0, 5));
        let explained = cursor.explanation().unwrap();
        assert_eq!((explained.title.as_str(), explained.places[0].range), ("Destination.subset", lead.range));
        assert_eq!(cursor.offer().unwrap().range.start.column, column);
        assert_eq!(cursor.name().unwrap().places, 2);
        let files: Vec<String> = cursor.rename("v2").unwrap().into_iter().map(|edit| edit.file).collect();
        assert_eq!(files, ["rule.yaml", "route.yaml"]);
        let nowhere = Cursor { file: 7, ..cursor };
        assert_eq!((nowhere.offer(), nowhere.leads(), nowhere.name()), (None, vec![], Err(String::new())));
    }
}
