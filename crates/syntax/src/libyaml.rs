//! Events from libyaml, the scanner that Kubernetes' own reader is a port of.
//!
//! The one module of the workspace that holds `unsafe`: unsafe-libyaml is libyaml 0.2.5 translated from C. Its
//! marks count bytes, unlike those of C.
#![expect(unsafe_code, reason = "the C interface of libyaml")]

use std::{ffi::CStr, mem::MaybeUninit};

use unsafe_libyaml::{
    yaml_encoding_t::YAML_UTF8_ENCODING, yaml_error_type_t::YAML_READER_ERROR, yaml_event_type_t::*,
    yaml_mapping_style_t::YAML_FLOW_MAPPING_STYLE, yaml_scalar_style_t::*,
    yaml_sequence_style_t::YAML_FLOW_SEQUENCE_STYLE,
};

use crate::event::{Event, EventKind, Events, Failure, Style};

/// One libyaml parser over one chunk.
pub(crate) struct Parser<'a> {
    // Boxed, as the parser must not move once it is initialised.
    raw: Box<MaybeUninit<unsafe_libyaml::yaml_parser_t>>,
    /// Bytes of a byte order mark that the parser does not see: its marks would be off by them.
    bom: u32,
    source: &'a str,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let source = text.trim_start_matches('\u{feff}');
        let mut raw = Box::new(MaybeUninit::<unsafe_libyaml::yaml_parser_t>::uninit());
        // SAFETY: the parser is initialised before anything else is done with it, stays in its box until it is
        // deleted in `drop`, and `source` outlives it by the lifetime of `Self`.
        unsafe {
            let initialised = unsafe_libyaml::yaml_parser_initialize(raw.as_mut_ptr());
            assert!(
                initialised.ok,
                "libyaml allocates its buffers through Rust, which aborts when it cannot"
            );
            unsafe_libyaml::yaml_parser_set_encoding(raw.as_mut_ptr(), YAML_UTF8_ENCODING);
            unsafe_libyaml::yaml_parser_set_input_string(
                raw.as_mut_ptr(),
                source.as_ptr(),
                source.len() as u64,
            );
        }
        Self { raw, bom: (text.len() - source.len()) as u32, source }
    }

    /// libyaml drops a bare `!`; go-yaml keeps it, and such a scalar is its raw text.
    fn keep_bare_tag(&self, event: &mut Event) {
        if !event.implicit || !event.tag.is_empty() {
            return;
        }
        let source = &self.source[(event.start - self.bom) as usize..];
        let bare = source.starts_with('!')
            || source.starts_with('&') && source.split_ascii_whitespace().nth(1) == Some("!");
        if bare {
            event.tag.push('!');
        }
    }
}

impl Drop for Parser<'_> {
    fn drop(&mut self) {
        // SAFETY: `new` initialised the parser, and nothing deletes it before.
        unsafe { unsafe_libyaml::yaml_parser_delete(self.raw.as_mut_ptr()) }
    }
}

impl Events for Parser<'_> {
    fn next(&mut self, event: &mut Event) -> Result<(), Failure> {
        let mut slot = MaybeUninit::<unsafe_libyaml::yaml_event_t>::uninit();
        // SAFETY: `yaml_parser_parse` fills the event whenever it does not fail, the union is read by the type
        // the event names, and the event is deleted once its texts are copied.
        unsafe {
            if unsafe_libyaml::yaml_parser_parse(self.raw.as_mut_ptr(), slot.as_mut_ptr()).fail {
                return Err(self.failure());
            }
            let raw = slot.assume_init_mut();
            event.start = raw.start_mark.index as u32 + self.bom;
            event.end = raw.end_mark.index as u32 + self.bom;
            event.tag.clear();
            event.anchor.clear();
            event.flow = false;
            event.kind = match raw.type_ {
                YAML_STREAM_END_EVENT => EventKind::StreamEnd,
                YAML_DOCUMENT_START_EVENT => EventKind::DocumentStart,
                YAML_DOCUMENT_END_EVENT => EventKind::DocumentEnd,
                YAML_ALIAS_EVENT => {
                    copy(&mut event.anchor, raw.data.alias.anchor);
                    EventKind::Alias
                }
                YAML_SCALAR_EVENT => {
                    let scalar = &raw.data.scalar;
                    copy(&mut event.anchor, scalar.anchor);
                    copy(&mut event.tag, scalar.tag);
                    let bytes = std::slice::from_raw_parts(scalar.value, scalar.length as usize);
                    event.value.clear();
                    event.value.push_str(&String::from_utf8_lossy(bytes));
                    event.style = match scalar.style {
                        YAML_SINGLE_QUOTED_SCALAR_STYLE => Style::Single,
                        YAML_DOUBLE_QUOTED_SCALAR_STYLE => Style::Double,
                        YAML_LITERAL_SCALAR_STYLE | YAML_FOLDED_SCALAR_STYLE => Style::Block,
                        _ => Style::Plain,
                    };
                    event.implicit = scalar.plain_implicit;
                    self.keep_bare_tag(event);
                    EventKind::Scalar
                }
                YAML_SEQUENCE_START_EVENT => {
                    copy(&mut event.anchor, raw.data.sequence_start.anchor);
                    event.flow = raw.data.sequence_start.style == YAML_FLOW_SEQUENCE_STYLE;
                    EventKind::Sequence
                }
                YAML_MAPPING_START_EVENT => {
                    copy(&mut event.anchor, raw.data.mapping_start.anchor);
                    event.flow = raw.data.mapping_start.style == YAML_FLOW_MAPPING_STYLE;
                    EventKind::Mapping
                }
                YAML_SEQUENCE_END_EVENT | YAML_MAPPING_END_EVENT => EventKind::End,
                _ => EventKind::Stream,
            };
            unsafe_libyaml::yaml_event_delete(raw);
        }
        Ok(())
    }
}

impl Parser<'_> {
    /// # Safety
    /// The parser has just reported an error.
    unsafe fn failure(&self) -> Failure {
        // SAFETY: an error leaves the parser initialised, and its texts are static.
        unsafe {
            let parser = &*self.raw.as_ptr();
            let message = if parser.problem.is_null() {
                "unknown problem".into()
            } else {
                CStr::from_ptr(parser.problem).to_string_lossy().into_owned()
            };
            let reader = parser.error == YAML_READER_ERROR;
            let at = if reader { parser.problem_offset } else { parser.problem_mark.index };
            Failure { message, at: at as u32 + self.bom }
        }
    }
}

/// Copies a C string that may be null; percent escapes in tags can spell what is not UTF-8.
///
/// # Safety
/// `from` is null or ends with a zero byte.
unsafe fn copy(to: &mut String, from: *const u8) {
    to.clear();
    if !from.is_null() {
        // SAFETY: as promised by the caller.
        to.push_str(&unsafe { CStr::from_ptr(from.cast()) }.to_string_lossy());
    }
}

/// The number of events of a chunk up to its end or its first error.
pub(crate) fn count(text: &str) -> usize {
    let mut parser = Parser::new(text);
    let mut event = Event::default();
    let mut count = 0;
    while parser.next(&mut event).is_ok() {
        count += 1;
        if event.kind == EventKind::StreamEnd {
            break;
        }
    }
    count
}
