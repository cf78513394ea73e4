//! Removes secrets from texts of others: a service may repeat what it was sent.

/// Replacement of a secret.
const MARK: &str = "***";
/// Start of every JSON Web Token: `{"` in base64.
const BEGINNING: &str = "eyJ";
/// Tokens are longer than this, in bytes. A claims challenge starts like a token, but has no dots.
const MIN_SECRET_LENGTH: usize = 32;

/// Returns the text without these secrets and without anything that looks like a token.
pub fn redact(text: &str, secrets: &[&str]) -> String {
    let mut text = text.to_owned();
    for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
        text = text.replace(secret, MARK);
    }
    let mut clean = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(start) = rest.find(BEGINNING) {
        let (before, found) = rest.split_at(start);
        let end = found.find(|character| !is_of_token(character)).unwrap_or(found.len());
        let (word, after) = found.split_at(end);
        clean.push_str(before);
        clean.push_str(if word.len() > MIN_SECRET_LENGTH && word.contains('.') { MARK } else { word });
        rest = after;
    }
    clean.push_str(rest);
    clean
}

/// Whether a token may contain this character: base64url, and dots between the parts.
const fn is_of_token(character: char) -> bool {
    character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "eyJhbGciOiJub25lIn0.eyJvaWQiOiIxIn0.c2lnbmF0dXJl";

    #[test]
    fn a_secret_goes_wherever_it_stands_and_the_rest_stays() {
        assert_eq!(redact("hush, 'hush'hush", &["", "hush"]), "***, '***'***");
        assert_eq!(redact("nothing", &["hush"]), "nothing");
    }

    #[test]
    fn a_token_goes_also_when_nobody_knows_it() {
        for (text, left) in [
            (TOKEN.to_owned(), "***"),
            (format!("Bearer {TOKEN}: bad"), "Bearer ***: bad"),
            (format!("'{TOKEN}','{TOKEN}'"), "'***','***'"),
            (format!("stra\u{df}e {TOKEN}\u{df}"), "stra\u{df}e ***\u{df}"),
        ] {
            assert_eq!(redact(&text, &[]), left);
        }
    }

    #[test]
    fn a_token_is_longer_than_32_letters() {
        let word = |length: usize| format!("eyJ.{}", "x".repeat(length - 4));
        assert_eq!((redact(&word(32), &[]), redact(&word(33), &[])), (word(32), "***".to_owned()));
    }

    #[test]
    fn what_only_begins_like_a_token_stays() {
        for text in [
            "eyJ",
            "eyJ9==",
            "eyJhIjoxfQ.x",
            "claims=eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7ImVzc2VudGlhbCI6dHJ1ZX19fQ==",
        ] {
            assert_eq!(redact(text, &[]), text);
        }
    }
}
