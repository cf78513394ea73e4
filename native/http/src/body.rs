//! An answer's body. It may hold a token, so it is wiped when dropped and never printed.

use std::fmt;

use zeroize::Zeroizing;

/// The bytes of an answer.
#[derive(Clone, Default)]
pub struct Body(Zeroizing<Vec<u8>>);

impl Body {
    /// The bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for Body {
    fn from(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_does_not_print_what_it_holds() {
        assert_eq!(format!("{:?}", Body::from(b"secret".to_vec())), "Body(6 bytes)");
    }
}
