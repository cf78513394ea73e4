//! Tokens as Entra shapes them: three base64url parts, real claims, no two alike. The signature is noise: nobody can
//! use one of these, and whoever decodes one sees what a virtual machine's token says.

use std::sync::atomic::{AtomicU64, Ordering};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;

use crate::identities::Identity;
use crate::random::noise;

/// Entra dates a token five minutes back, for clocks that are behind.
const BACKDATED: i64 = 300;

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    iat: i64,
    nbf: i64,
    exp: i64,
    aio: String,
    appid: &'a str,
    appidacr: &'static str,
    idp: &'a str,
    idtyp: &'static str,
    oid: &'a str,
    rh: &'static str,
    sub: &'a str,
    tid: &'a str,
    uti: String,
    ver: &'static str,
    #[serde(skip_serializing_if = "str::is_empty")]
    xms_mirid: &'a str,
}

/// A token, and what the answer that carries it says of its times.
pub struct Token {
    /// As it goes into a header.
    pub text: String,
    /// Since when it is good, in seconds of Unix time.
    pub not_before: i64,
    /// Until when it is good, in seconds of Unix time.
    pub expires_on: i64,
    /// Nothing is good for less than no time: what has expired says so by `expires_on`.
    pub seconds_left: i64,
}

/// Makes the tokens of one tenant.
pub struct Mint {
    header: String,
    tenant_id: String,
    issuer: String,
    padding: usize,
    serial: AtomicU64,
}

impl Mint {
    /// For the tenant with this id; so many characters of padding bring its tokens to the size of real ones.
    pub fn new(tenant_id: &str, padding: usize) -> Self {
        let header = r#"{"typ":"JWT","alg":"RS256","x5t":"c2ltdWxhdGVkLWtleS0wMDAwMQ","kid":"c2ltdWxhdGVkLWtleS0wMDAwMQ"}"#;
        Self {
            header: URL_SAFE_NO_PAD.encode(header),
            tenant_id: tenant_id.to_owned(),
            issuer: format!("https://sts.windows.net/{tenant_id}/"),
            padding,
            serial: AtomicU64::new(0),
        }
    }

    /// A token unlike all before it, for this resource, from `now` for so many seconds.
    pub fn issue(&self, identity: &Identity, resource: &str, now: i64, lifetime: i64) -> Token {
        let not_before = now - BACKDATED;
        let expires_on = now + lifetime;
        let claims = Claims {
            aud: resource,
            iss: &self.issuer,
            iat: not_before,
            nbf: not_before,
            exp: expires_on,
            aio: noise(self.padding),
            appid: &identity.client_id,
            appidacr: "2",
            idp: &self.issuer,
            idtyp: if identity.is_person() { "user" } else { "app" },
            oid: &identity.object_id,
            rh: "1.AAAA.",
            sub: &identity.object_id,
            tid: &self.tenant_id,
            uti: self.unique(),
            ver: "1.0",
            xms_mirid: &identity.resource_id,
        };
        let claims = serde_json::to_vec(&claims).expect("claims are text and numbers");
        let mut text = String::with_capacity(self.header.len() + claims.len() * 4 / 3 + 350);
        text.push_str(&self.header);
        text.push('.');
        URL_SAFE_NO_PAD.encode_string(&claims, &mut text);
        text.push('.');
        let mut signature = [0; 256];
        fastrand::fill(&mut signature);
        URL_SAFE_NO_PAD.encode_string(signature, &mut text);
        Token { text, not_before, expires_on, seconds_left: lifetime.max(0) }
    }

    /// 16 bytes, of which the serial number alone would do.
    fn unique(&self) -> String {
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&serial.to_be_bytes());
        fastrand::fill(&mut bytes[8..]);
        URL_SAFE_NO_PAD.encode(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;
    use crate::identities::{FIRST_CLIENT_ID, FIRST_OBJECT_ID, FIRST_RESOURCE_ID, TENANT_ID};
    use crate::options::Options;

    fn issue(mint: &Mint) -> Token {
        mint.issue(&Identity::first(), "https://management.azure.com/", 1_700_000_000, 86_400)
    }

    fn part(token: &Token, index: usize) -> Vec<u8> {
        let parts: Vec<&str> = token.text.split('.').collect();
        assert_eq!(parts.len(), 3);
        URL_SAFE_NO_PAD.decode(parts[index]).unwrap()
    }

    #[test]
    fn a_token_says_who_it_is_for_and_how_long() {
        let token = issue(&Mint::new(TENANT_ID, 10));
        let claims: Value = serde_json::from_slice(&part(&token, 1)).unwrap();
        assert_eq!(claims["aud"], "https://management.azure.com/");
        assert_eq!(claims["iss"], format!("https://sts.windows.net/{TENANT_ID}/"));
        assert_eq!(claims["appid"], FIRST_CLIENT_ID);
        assert_eq!(claims["oid"], FIRST_OBJECT_ID);
        assert_eq!(claims["sub"], FIRST_OBJECT_ID);
        assert_eq!(claims["tid"], TENANT_ID);
        assert_eq!(claims["xms_mirid"], FIRST_RESOURCE_ID);
        assert_eq!(claims["idtyp"], "app");
        assert_eq!(claims["nbf"], 1_699_999_700);
        assert_eq!(claims["exp"], 1_700_086_400);
        assert_eq!((token.not_before, token.expires_on), (1_699_999_700, 1_700_086_400));
    }

    #[test]
    fn the_token_of_a_person_says_so_and_names_no_resource() {
        let token = Mint::new(TENANT_ID, 10).issue(&Identity::person(), "r", 1_700_000_000, -5);
        let claims: Value = serde_json::from_slice(&part(&token, 1)).unwrap();
        assert_eq!(claims["idtyp"], "user");
        assert_eq!(claims.get("xms_mirid"), None);
        assert_eq!((token.expires_on, token.seconds_left), (1_699_999_995, 0));
    }

    #[test]
    fn a_token_is_signed_by_the_look_of_it() {
        let token = issue(&Mint::new(TENANT_ID, 10));
        let header: Value = serde_json::from_slice(&part(&token, 0)).unwrap();
        assert_eq!(header["alg"], "RS256");
        assert_eq!(header["x5t"], header["kid"]);
        assert_eq!(part(&token, 2).len(), 256);
    }

    #[test]
    fn no_two_tokens_are_alike() {
        let mint = Mint::new(TENANT_ID, 10);
        let tokens: HashSet<String> = (0..1000).map(|_| issue(&mint).text).collect();
        assert_eq!(tokens.len(), 1000);
    }

    #[test]
    fn tokens_have_the_size_of_real_ones() {
        let length = issue(&Mint::new(TENANT_ID, Options::default().token_padding)).text.len();
        assert!((1650..1850).contains(&length), "{length}");
    }
}
