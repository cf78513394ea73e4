//! An access token and its metadata. The secret is wiped when the last holder drops it, and never printed.

pub(crate) mod claims;
pub(crate) mod expiry;
pub(crate) mod token_response;

use std::fmt;
use std::time::Duration;

use tollgate_core::BootInstant;
use zeroize::Zeroizing;

use crate::resource::Resource;
use crate::token::claims::{Audience, Claims};
use crate::token::expiry::Expiry;

/// Longest margin before expiry: a caller that gets the token can still use it.
const EXPIRY_MARGIN: Duration = Duration::from_secs(300);

/// An access token.
pub struct AccessToken {
    secret: Zeroizing<String>,
    resource: Resource,
    token_type: String,
    claims: Claims,
    expires_on: i64,
    received: BootInstant,
    received_at: i64,
    service_time: Option<i64>,
    lifetime: Duration,
}

impl AccessToken {
    pub(crate) fn new(
        secret: Zeroizing<String>,
        resource: Resource,
        token_type: String,
        expiry: Expiry,
        received: BootInstant,
    ) -> Self {
        let claims = Claims::parse_unverified(&secret);
        let lifetime = Duration::from_secs(u64::try_from(expiry.expires_in).unwrap_or_default());
        let expires_on = expiry.expires_on;
        let (received_at, service_time) = (0, None);
        Self {
            secret,
            resource,
            token_type,
            claims,
            expires_on,
            received,
            received_at,
            service_time,
            lifetime,
        }
    }

    /// Sets the service's time and the machine's time at receipt, in seconds since 1970 UTC.
    pub(crate) const fn with_service_time(mut self, service_time: Option<i64>, received_at: i64) -> Self {
        (self.service_time, self.received_at) = (service_time, received_at);
        self
    }

    /// The service's clock at receipt, in seconds since 1970 UTC, if the service sent it.
    pub(crate) const fn service_time(&self) -> Option<i64> {
        self.service_time
    }

    /// The machine's clock at receipt, in seconds since 1970 UTC.
    pub(crate) const fn received_at(&self) -> i64 {
        self.received_at
    }

    /// The first audience (`aud`), if the token has one.
    pub(crate) fn audience(&self) -> Option<&str> {
        self.claims.audience.as_ref().and_then(Audience::first)
    }

    /// The secret.
    pub fn secret(&self) -> &str {
        &self.secret
    }

    /// The audience, as it was requested.
    pub fn resource(&self) -> &str {
        self.resource.as_str()
    }

    /// The HTTP authentication scheme, usually `Bearer`.
    pub fn token_type(&self) -> &str {
        &self.token_type
    }

    /// The tenant, if the token has the claim.
    pub fn tenant_id(&self) -> Option<&str> {
        self.claims.tenant_id.as_deref()
    }

    /// The identity's client id, if the token has the claim.
    pub fn client_id(&self) -> Option<&str> {
        self.claims.client_id.as_deref()
    }

    /// The identity's object id, if the token has the claim.
    pub fn object_id(&self) -> Option<&str> {
        self.claims.object_id.as_deref()
    }

    /// The resource (identity or machine) it was issued on, if the token has the claim.
    pub fn resource_id(&self) -> Option<&str> {
        self.claims.resource_id.as_deref()
    }

    /// Expiry, in seconds since 1970 UTC.
    pub const fn expires_on(&self) -> i64 {
        self.expires_on
    }

    /// From when it is refreshed in the background, in seconds since 1970 UTC.
    pub fn refresh_on(&self) -> i64 {
        self.expires_on - i64::try_from(self.lifetime.as_secs() / 2).unwrap_or_default()
    }

    /// Whether it may be returned to a caller. Measured on the boot clock, which never jumps.
    pub(crate) fn is_fresh(&self, now: BootInstant) -> bool {
        // A short-lived token keeps a short margin: otherwise it would be requested again and again.
        now < self.received + self.lifetime - EXPIRY_MARGIN.min(self.lifetime / 10)
    }

    /// Whether it has not expired.
    pub(crate) fn is_valid(&self, now: BootInstant) -> bool {
        now < self.received + self.lifetime
    }

    /// Whether half its lifetime has passed.
    pub(crate) fn is_refresh_due(&self, now: BootInstant) -> bool {
        now >= self.received + self.lifetime / 2
    }
}

impl fmt::Debug for AccessToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AccessToken").field("expires_on", &self.expires_on).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECEIVED: BootInstant = BootInstant::from_nanos(1_000_000_000_000);

    fn token(left: i64) -> AccessToken {
        let expiry = Expiry { expires_on: 2_000_000_000, expires_in: left };
        let resource = Resource::parse("https://x").unwrap();
        AccessToken::new(Zeroizing::new("secret".into()), resource, "Bearer".into(), expiry, RECEIVED)
    }

    fn after(seconds: u64) -> BootInstant {
        RECEIVED + Duration::from_secs(seconds)
    }

    #[test]
    fn a_long_token_is_fresh_until_five_minutes_before_its_end_and_half_spent_in_the_middle() {
        let token = token(86_400);
        assert!(token.is_fresh(after(86_099)) && !token.is_fresh(after(86_100)));
        assert!(!token.is_refresh_due(after(43_199)) && token.is_refresh_due(after(43_200)));
        assert!(token.is_valid(after(86_399)) && !token.is_valid(after(86_400)));
        assert_eq!(token.refresh_on(), 2_000_000_000 - 43_200);
    }

    #[test]
    fn a_short_token_keeps_a_tenth_of_its_life_as_margin() {
        let token = token(200);
        assert!(token.is_fresh(after(179)) && !token.is_fresh(after(180)));
    }

    #[test]
    fn a_token_does_not_print_its_secret() {
        assert!(!format!("{:?}", token(60)).contains("secret"));
    }
}
