//! Decodes bodies that are compressed although this was not requested: gateways do so, and a blob may be stored so. The
//! result may be a thousand times as large, so it is decoded in small steps, for the caller to check its limit.

use std::io::{self, Write};

use flate2::write::{MultiGzDecoder, ZlibDecoder};
use http::HeaderMap;
use http::header::CONTENT_ENCODING;
use tollgate_http::extend_zeroizing;
use zeroize::Zeroizing;

/// How many compressed bytes are decoded at once: a step yields at most about 4 MiB.
pub(crate) const MAX_STEP: usize = 4 << 10;

/// Decodes a body.
pub(crate) enum ContentDecoder {
    /// For `Content-Encoding: gzip`.
    Gzip(MultiGzDecoder<Unpacked>),
    /// For `Content-Encoding: deflate`, which is the zlib format.
    Deflate(ZlibDecoder<Unpacked>),
}

/// Decoded bytes that have not been taken yet.
#[derive(Default)]
pub(crate) struct Unpacked(Zeroizing<Vec<u8>>);

impl ContentDecoder {
    /// The decoder for a body with these headers; `None` when it is not compressed, or in another encoding.
    pub(crate) fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let encoding = headers.get(CONTENT_ENCODING)?.to_str().ok()?.trim().to_ascii_lowercase();
        match encoding.as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip(MultiGzDecoder::new(Unpacked::default()))),
            "deflate" => Some(Self::Deflate(ZlibDecoder::new(Unpacked::default()))),
            _ => None,
        }
    }

    /// Decodes one step more.
    pub(crate) fn decode(&mut self, packed: &[u8]) -> io::Result<Zeroizing<Vec<u8>>> {
        match self {
            Self::Gzip(decoder) => decoder.write_all(packed)?,
            Self::Deflate(decoder) => decoder.write_all(packed)?,
        }
        Ok(self.take())
    }

    /// Returns the rest; fails when the end of the stream is missing.
    pub(crate) fn finish(mut self) -> io::Result<Zeroizing<Vec<u8>>> {
        match &mut self {
            Self::Gzip(decoder) => decoder.try_finish()?,
            Self::Deflate(decoder) => decoder.try_finish()?,
        }
        Ok(self.take())
    }

    fn take(&mut self) -> Zeroizing<Vec<u8>> {
        let unpacked = match self {
            Self::Gzip(decoder) => decoder.get_mut(),
            Self::Deflate(decoder) => decoder.get_mut(),
        };
        std::mem::take(&mut unpacked.0)
    }
}

impl Write for Unpacked {
    fn write(&mut self, chunk: &[u8]) -> io::Result<usize> {
        extend_zeroizing(&mut self.0, chunk);
        Ok(chunk.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::{GzEncoder, ZlibEncoder};
    use http::HeaderValue;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn decoder(encoding: &'static str) -> Option<ContentDecoder> {
        ContentDecoder::from_headers(&HeaderMap::from_iter([(
            CONTENT_ENCODING,
            HeaderValue::from_static(encoding),
        )]))
    }

    fn unpack(encoding: &'static str, packed: &[u8], step: usize) -> io::Result<Vec<u8>> {
        let mut decoder = decoder(encoding).unwrap();
        let mut whole = Vec::new();
        for step in packed.chunks(step) {
            whole.extend_from_slice(&decoder.decode(step)?);
        }
        whole.extend_from_slice(&decoder.finish()?);
        Ok(whole)
    }

    #[test]
    fn a_body_is_the_same_whatever_the_steps_it_comes_in() {
        let text = "a text, and again a text; ".repeat(5_000).into_bytes();
        for step in [1, 7, 100_000] {
            assert_eq!(unpack("gzip", &gzip(&text), step).unwrap(), text);
            assert_eq!(unpack(" X-GZip", &gzip(&text), step).unwrap(), text);
            assert_eq!(unpack("deflate", &zlib(&text), step).unwrap(), text);
        }
        // Two packed bodies after each other are one.
        assert_eq!(unpack("gzip", &[gzip(b"one "), gzip(b"two")].concat(), 5).unwrap(), b"one two");
    }

    #[test]
    fn what_is_cut_or_no_packed_body_is_an_error() {
        let packed = gzip(b"a text");
        assert!(unpack("gzip", &packed[..packed.len() - 1], 100).is_err());
        assert!(unpack("gzip", b"{\"value\":[]}", 100).is_err());
        assert!(unpack("deflate", b"{\"value\":[]}", 100).is_err());
    }

    #[test]
    fn other_encodings_are_left_alone() {
        for encoding in ["", "identity", "br", "gzip, gzip", "utf-8"] {
            assert!(decoder(encoding).is_none(), "{encoding}");
        }
    }

    #[test]
    fn a_step_unpacks_to_no_more_than_can_be_counted_in_time() {
        let bomb = gzip(&vec![0; 64 << 20]);
        let mut decoder = decoder("gzip").unwrap();
        let largest = bomb.chunks(MAX_STEP).map(|step| decoder.decode(step).unwrap().len()).max().unwrap();
        assert!(largest <= 5 << 20, "{largest}");
    }
}
