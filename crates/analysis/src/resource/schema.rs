//! The field tables: what a kind's fields are called, which values they take, what they mean, since when.
//!
//! Each kind's table stands beside its reader. Checking, "did you mean", completion and hover all use it.

/// The fields of one message.
#[derive(Debug)]
pub struct Table {
    /// The name of the message in Istio's API.
    pub name: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
    /// Groups of fields of which at most one may be set.
    pub one_of: &'static [&'static [&'static str]],
}

impl Table {
    /// A field by its name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// One field of a message.
#[derive(Debug)]
pub struct Field {
    /// Its name in YAML.
    pub name: &'static str,
    /// What it takes.
    pub ty: Type,
    /// What it does, in one line.
    pub doc: &'static str,
    /// The first Istio release that has it, as a minor version; "1.0" for what 1.1.0 has.
    pub since: &'static str,
    /// Whether Istio 1.1.0 had it and the current one does not.
    pub gone: bool,
    /// Whether the API server refuses a message without it.
    pub required: bool,
}

/// What a field takes.
#[derive(Clone, Copy, Debug)]
pub enum Type {
    /// `true` or `false`.
    Bool,
    /// Text.
    Text,
    /// A whole number between the two, both included.
    Integer(i64, i64),
    /// Any number.
    Number,
    /// Text such as `1.5s`.
    Duration,
    /// A time as RFC 3339 writes it.
    Timestamp,
    /// Text or a whole number, as Kubernetes has for ports.
    TextOrInteger,
    /// One of these words; 1.1 does not know the later ones.
    Enum {
        /// All of them.
        words: &'static [&'static str],
        /// Those that came after Istio 1.1.
        later: &'static [&'static str],
    },
    /// A mapping with these fields.
    Message(&'static Table),
    /// A list.
    List(&'static Type),
    /// A list of at least and at most so many items.
    Sized(&'static Type, usize, usize),
    /// A mapping of names to values.
    Map(&'static Type),
    /// Anything: what stands there is not modelled, and said to be so.
    Unmodelled,
}

/// A whole number of 32 bits without sign.
pub(crate) const UINT32: Type = Type::Integer(0, u32::MAX as i64);
/// A whole number of 32 bits.
pub(crate) const INT32: Type = Type::Integer(i32::MIN as i64, i32::MAX as i64);
/// A whole number of 64 bits without sign, as far as 64 signed bits reach.
pub(crate) const UINT64: Type = Type::Integer(0, i64::MAX);
/// One of some words, which all are old.
pub(crate) const fn words(words: &'static [&'static str]) -> Type {
    Type::Enum { words, later: &[] }
}

/// A list of texts.
pub(crate) const TEXTS: Type = Type::List(&Type::Text);
/// Names to texts, such as labels.
pub(crate) const TEXT_MAP: Type = Type::Map(&Type::Text);

/// A field that the oldest modelled Istio has.
pub(crate) const fn field(name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field { name, ty, doc, since: "1.0", gone: false, required: false }
}

impl Field {
    /// Whether Istio 1.1.0 has the field (CRD-8), or else the current one.
    pub fn exists(&self, only_1_1: bool) -> bool {
        if only_1_1 { matches!(self.since, "1.0" | "1.1") } else { !self.gone }
    }

    /// The field with the release that brought it.
    pub(crate) const fn since(mut self, since: &'static str) -> Self {
        self.since = since;
        self
    }

    /// The field as one that only 1.1 has.
    pub(crate) const fn gone(mut self) -> Self {
        self.gone = true;
        self
    }

    /// The field as one that must be set.
    pub(crate) const fn required(mut self) -> Self {
        self.required = true;
        self
    }
}

/// A message without groups.
pub(crate) const fn table(name: &'static str, fields: &'static [Field]) -> Table {
    Table { name, fields, one_of: &[] }
}
