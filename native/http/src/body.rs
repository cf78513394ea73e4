//! A response body. It may hold a token, so it is wiped on drop and never printed.

use std::fmt;

use zeroize::Zeroizing;

/// Appends a chunk to bytes that may hold a token. The growth of `Vec` itself would leave an unwiped copy behind.
pub fn extend_zeroizing(bytes: &mut Zeroizing<Vec<u8>>, chunk: &[u8]) {
    let needed = bytes.len() + chunk.len();
    if needed > bytes.capacity() {
        let mut larger = Zeroizing::new(Vec::with_capacity(needed * 2));
        larger.extend_from_slice(bytes);
        *bytes = larger;
    }
    bytes.extend_from_slice(chunk);
}

/// The bytes of a response body.
#[derive(Clone, Default)]
pub struct ResponseBody(Zeroizing<Vec<u8>>);

impl ResponseBody {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for ResponseBody {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for ResponseBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_does_not_print_what_it_holds() {
        assert_eq!(format!("{:?}", ResponseBody::from(b"secret".to_vec())), "Body(6 bytes)");
    }
}
