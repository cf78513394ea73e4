//! What must differ and means nothing: ids, secrets, padding. Random enough for a simulator, and for nothing else.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// As the platform makes its correlation ids and its secrets.
pub fn guid() -> String {
    let bits = fastrand::u128(..);
    format!(
        "{:08x}-{:04x}-4{:03x}-8{:03x}-{:012x}",
        (bits >> 96) as u32,
        (bits >> 80) as u16,
        (bits >> 64) & 0xfff,
        (bits >> 48) & 0xfff,
        bits & 0xffff_ffff_ffff,
    )
}

/// So many characters that mean nothing.
pub(crate) fn noise(length: usize) -> String {
    let mut bytes = vec![0; length.div_ceil(4) * 3];
    fastrand::fill(&mut bytes);
    let mut text = URL_SAFE_NO_PAD.encode(bytes);
    text.truncate(length);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_look_like_ids_and_differ() {
        let (one, other) = (guid(), guid());
        assert_eq!(one.len(), 36);
        assert_eq!(one.split('-').map(str::len).collect::<Vec<_>>(), [8, 4, 4, 4, 12]);
        assert_ne!(one, other);
    }

    #[test]
    fn padding_is_exact() {
        for length in [0, 1, 2, 3, 4, 5, 256] {
            assert_eq!(noise(length).len(), length);
        }
    }
}
