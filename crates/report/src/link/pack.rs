//! DEFLATE with a dictionary: what both sides know beforehand, so that no link need say it.

use miniz_oxide::{
    deflate::core::{
        CompressionStrategy, CompressorOxide, TDEFLFlush, compress_to_output,
        create_comp_flags_from_zip_params,
    },
    inflate::{
        TINFLStatus,
        core::{DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF},
    },
};

use super::{MOST_BYTES, Why};

/// Istio's YAML as people write it, what is most likely at the end. It is frozen with the version: a link that was
/// made with it can be read with nothing else.
const DICTIONARY: &[u8] = include_bytes!("v1.dict");

/// Longer texts are packed with less patience: they fill the window with their own words anyway.
const SHORT: usize = 100_000;

/// DEFLATE without a header.
const RAW: i32 = -15;

/// Packs as small as it can.
pub(super) fn pack(bytes: &[u8]) -> Vec<u8> {
    if bytes.len() > SHORT {
        return packed(bytes, 6, CompressionStrategy::Default);
    }
    let own_codes = packed(bytes, 10, CompressionStrategy::Default);
    // A short text is smaller without a table of codes of its own.
    let fixed_codes = packed(bytes, 10, CompressionStrategy::Fixed);
    if fixed_codes.len() < own_codes.len() { fixed_codes } else { own_codes }
}

/// The compressor has no way to be given a dictionary: it packs it first, up to a whole byte, which is not kept.
fn packed(bytes: &[u8], level: i32, strategy: CompressionStrategy) -> Vec<u8> {
    let flags = create_comp_flags_from_zip_params(level, RAW, strategy as i32);
    let mut compressor = CompressorOxide::new(flags);
    compress_to_output(&mut compressor, DICTIONARY, TDEFLFlush::Sync, |_| true);
    let mut out = Vec::new();
    compress_to_output(&mut compressor, bytes, TDEFLFlush::Finish, |part| {
        out.extend_from_slice(part);
        true
    });
    out
}

/// What was unpacked, and why it is not all.
pub(super) struct Unpacked {
    pub(super) bytes: Vec<u8>,
    pub(super) broken: Option<Why>,
}

/// Unpacks as far as it goes.
pub(super) fn unpack(packed: &[u8]) -> Unpacked {
    // The dictionary stands before what is unpacked, where references reach back into it.
    let mut out = DICTIONARY.to_vec();
    let start = out.len();
    let most = start + MOST_BYTES;
    let mut decompressor = DecompressorOxide::new();
    let (mut read, mut written) = (0, start);
    out.resize((start + packed.len().saturating_mul(8) + 1_024).min(most), 0);
    let broken = loop {
        let (status, more_read, more_written) = decompress(
            &mut decompressor,
            &packed[read..],
            &mut out,
            written,
            TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
        );
        read += more_read;
        written += more_written;
        match status {
            TINFLStatus::HasMoreOutput if out.len() == most => break Some(Why::TooLarge),
            TINFLStatus::HasMoreOutput => out.resize((out.len() * 2).min(most), 0),
            TINFLStatus::Done if read == packed.len() => break None,
            TINFLStatus::FailedCannotMakeProgress => break Some(Why::Cut),
            _ => break Some(Why::Changed),
        }
    };
    out.truncate(written);
    out.drain(..start);
    Unpacked { bytes: out, broken }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dictionary_is_frozen() {
        let told = (DICTIONARY.len(), adler2::adler32_slice(DICTIONARY));
        assert_eq!(
            told,
            (10_295, 3_985_451_321),
            "links of this version can be read with no other dictionary: make another version"
        );
    }

    #[test]
    fn texts_of_every_sort_come_back() {
        let random: Vec<u8> = (0_u32..200_000).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
        let long = b"kind: VirtualService\n".repeat(20_000);
        let texts: [&[u8]; 7] =
            [b"", b"x", b"kind: Gateway\n", DICTIONARY, &random, &random[..50_000], &long];
        for text in texts {
            let unpacked = unpack(&pack(text));
            assert!(unpacked.broken.is_none() && unpacked.bytes == text, "{} bytes", text.len());
        }
    }

    #[test]
    fn what_unpacks_without_end_is_stopped() {
        let bomb = pack(&vec![b'a'; MOST_BYTES + 1]);
        assert!(bomb.len() < 20_000);
        let unpacked = unpack(&bomb);
        assert_eq!((unpacked.bytes.len(), unpacked.broken), (MOST_BYTES, Some(Why::TooLarge)));
        let most = unpack(&pack(&vec![b'a'; MOST_BYTES]));
        assert_eq!((most.bytes.len(), most.broken), (MOST_BYTES, None));
    }
}
