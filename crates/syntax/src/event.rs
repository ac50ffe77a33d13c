//! What a parser tells about one document, piece by piece.

/// One event; the buffers are reused from event to event.
#[derive(Debug, Default)]
pub(crate) struct Event {
    pub(crate) kind: EventKind,
    /// Bytes of the chunk.
    pub(crate) start: u32,
    pub(crate) end: u32,
    pub(crate) value: String,
    pub(crate) tag: String,
    pub(crate) anchor: String,
    /// An untagged plain scalar, the only one that go-yaml resolves.
    pub(crate) implicit: bool,
    pub(crate) style: Style,
    /// A collection in flow style.
    pub(crate) flow: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EventKind {
    #[default]
    Stream,
    DocumentStart,
    DocumentEnd,
    StreamEnd,
    Alias,
    Scalar,
    Sequence,
    Mapping,
    End,
}

/// How a scalar is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// Without quotes.
    #[default]
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// As a literal or folded block.
    Block,
}

/// Why a document cannot be read, at a byte of its chunk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) message: String,
    pub(crate) at: u32,
}

pub(crate) fn fail<T>(message: impl Into<String>, at: u32) -> Result<T, Failure> {
    Err(Failure { message: message.into(), at })
}

/// Where events come from: libyaml or, for JSON, our own reader.
pub(crate) trait Events {
    fn next(&mut self, event: &mut Event) -> Result<(), Failure>;
}
