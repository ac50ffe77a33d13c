//! The link: texts, and what was looked at, packed into the part of an address that no browser sends anywhere.
//!
//! A link is `v1.` and URL-safe base64 of a check sum and of records packed by DEFLATE with a dictionary that belongs
//! to the version. Versions never change once a link was made with them.

mod broken;
mod names;
mod pack;
mod records;
mod secrets;

use base64::{
    DecodeError, Engine,
    alphabet::URL_SAFE,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

pub use broken::{Broken, Why};
pub use names::safe_names;
pub use secrets::{Secret, secret_header, secrets};

/// The version of the links that are made.
pub const VERSION: u32 = 1;
/// The most bytes that a link may unpack to; a longer link is not opened.
pub const MOST_BYTES: usize = 8_000_000;
/// The most texts that a link may hold.
pub const MOST_FILES: usize = 10_000;

/// A cut link ends anywhere, so also in the middle of a byte.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new()
        .with_encode_padding(false)
        .with_decode_padding_mode(DecodePaddingMode::RequireNone)
        .with_decode_allow_trailing_bits(true),
);

/// What a link holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Link {
    /// `1.1`; empty for the current Istio.
    pub istio: String,
    /// The proxy looked at, as in [`crate::BindingRow::id`]; empty for the first.
    pub proxy: String,
    /// The view of the result, by its name in the page; empty for the first.
    pub tab: String,
    /// The request that was asked for; none where nobody asked.
    pub request: Option<LinkedRequest>,
    /// Undated resources in the order that a person has set, oldest first, as `Kind/namespace/name`.
    pub order: Vec<String>,
    /// What the texts are compared with; empty for nothing.
    pub before: String,
    /// The tests that go with the texts, as YAML; empty for none.
    pub tests: String,
    /// The texts.
    pub files: Vec<LinkedFile>,
}

/// A named text of a link. The name may be any text, also a hostile one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedFile {
    /// What people call it.
    pub name: String,
    /// The YAML or JSON.
    pub text: String,
}

/// A request of a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkedRequest {
    /// The method; empty for `GET`.
    pub method: String,
    /// The URL, as it was written.
    pub url: String,
    /// Headers.
    pub headers: Vec<(String, String)>,
    /// The port of the connection, where it is not that of the URL.
    pub port: Option<u16>,
}

/// The link as text: what stands behind `#` in an address.
pub fn encode(link: &Link) -> String {
    let bytes = records::write(link);
    let mut packed = adler2::adler32_slice(&bytes).to_be_bytes().to_vec();
    packed.extend(pack::pack(&bytes));
    format!("v{VERSION}.{}", BASE64.encode(packed))
}

/// Reads a link: an address, what stands behind its `#`, or the link alone; white space in it is skipped.
///
/// # Errors
/// Why it cannot be read, and what could be read of it all the same.
pub fn decode(text: &str) -> Result<Link, Box<Broken>> {
    let text: String = text.split_whitespace().collect();
    let fragment = text.rsplit_once('#').map_or(text.as_str(), |(_, fragment)| fragment);
    let (version, body) = split(fragment).ok_or_else(|| Broken::new(Why::NoLink))?;
    if version != VERSION {
        return Err(Broken::new(Why::Newer));
    }
    let (packed, stranger) = bytes(body);
    let Some((sum, packed)) = packed.split_first_chunk() else {
        return Err(Broken::new(stranger.unwrap_or(Why::Cut)));
    };
    let unpacked = pack::unpack(packed);
    let changed =
        || (u32::from_be_bytes(*sum) != adler2::adler32_slice(&unpacked.bytes)).then_some(Why::Changed);
    let why = stranger.or(unpacked.broken).or_else(changed);
    let (link, odd) = records::read(&unpacked.bytes);
    match why.or(odd) {
        None => Ok(link),
        // What is too much is too much to be looked at, too.
        Some(why @ (Why::TooLarge | Why::TooMany)) => Err(Broken::new(why)),
        Some(why) => Err(Box::new(Broken { why, rest: link })),
    }
}

/// The version of a link and what follows.
fn split(fragment: &str) -> Option<(u32, &str)> {
    let (version, body) = fragment.strip_prefix('v')?.split_once('.')?;
    let digits = !version.is_empty() && version.bytes().all(|byte| byte.is_ascii_digit());
    // A number too large for a version is newer than any.
    digits.then(|| (version.parse().unwrap_or(u32::MAX), body))
}

/// The bytes, up to the first letter that is none of a link's.
fn bytes(body: &str) -> (Vec<u8>, Option<Why>) {
    let known = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '_');
    let stranger = body.char_indices().find(|&(_, letter)| !known(letter));
    let body = &body[..stranger.map_or(body.len(), |(end, _)| end)];
    let bytes = match BASE64.decode(body) {
        Ok(bytes) => bytes,
        // One letter alone at the end is less than a byte.
        Err(DecodeError::InvalidLength(_)) => BASE64.decode(&body[..body.len() - 1]).unwrap_or_default(),
        Err(_) => Vec::new(),
    };
    (bytes, stranger.map(|(_, letter)| Why::Stranger(letter)))
}
