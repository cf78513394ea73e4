//! A token as C reads it. The text is wiped when the handle is freed.

use tollgate_identity::{TokenOrigin, TokenResult};

use crate::error::tollgate_error;
use crate::guard::guarded;
use crate::operation::{Outcome, tollgate_operation};
use crate::pointer::{self, Out, look};
use crate::status::tollgate_status;
use crate::text::{Wides, tollgate_text};

/// A token.
pub struct tollgate_token {
    /// In the order of the view.
    texts: Wides<7>,
    expires_on: i64,
    refresh_on: i64,
    origin: tollgate_origin,
}

/// Where a token came from.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_origin {
    /// The service, asked by this request.
    TOLLGATE_ORIGIN_SERVICE = 0,
    /// This process's memory.
    TOLLGATE_ORIGIN_CACHE = 1,
    /// The service, asked by another request that was under way.
    TOLLGATE_ORIGIN_SHARED = 2,
}

/// What a token is. The texts are borrowed until the token is freed; what the token does not say is absent.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_token_view {
    /// The secret.
    pub token: tollgate_text,
    /// How to present it, usually `Bearer`.
    pub token_type: tollgate_text,
    /// What it is for, as it was asked.
    pub resource: tollgate_text,
    /// The tenant.
    pub tenant_id: tollgate_text,
    /// The identity's client id.
    pub client_id: tollgate_text,
    /// The identity's object id.
    pub object_id: tollgate_text,
    /// The resource (identity or machine) it was issued on.
    pub resource_id: tollgate_text,
    /// The end, in seconds since 1970 UTC.
    pub expires_on: i64,
    /// From when a new one is fetched behind it, in seconds since 1970 UTC.
    pub refresh_on: i64,
    /// Where it came from.
    pub origin: tollgate_origin,
    /// Always 0.
    pub reserved: u32,
}

impl tollgate_token {
    pub(crate) fn new(TokenResult { token, origin }: &TokenResult) -> Self {
        Self {
            texts: Wides::from([
                Some(token.secret()),
                Some(token.token_type()),
                Some(token.resource()),
                token.tenant_id(),
                token.client_id(),
                token.object_id(),
                token.resource_id(),
            ]),
            expires_on: token.expires_on(),
            refresh_on: token.refresh_on(),
            origin: match origin {
                TokenOrigin::Service => tollgate_origin::TOLLGATE_ORIGIN_SERVICE,
                TokenOrigin::Cache => tollgate_origin::TOLLGATE_ORIGIN_CACHE,
                TokenOrigin::Shared => tollgate_origin::TOLLGATE_ORIGIN_SHARED,
            },
        }
    }
}

/// Moves the token out, once. Pending: the request has not ended.
///
/// # Safety
/// `operation` is NULL or an operation that was not freed; `token` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_operation_take_token(
    operation: *const tollgate_operation,
    token: *mut *mut tollgate_token,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (operation, out) = (look(operation, "operation")?, Out::new(token, "token")?);
            operation.take("token", out, |outcome| match outcome {
                Outcome::Token(grant) => Ok(tollgate_token::new(&grant)),
                other => Err(other),
            })
        })
    }
}

/// Reads a token.
///
/// # Safety
/// `token` is NULL or a token that was not freed; `view` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_token_read(
    token: *const tollgate_token,
    view: *mut tollgate_token_view,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (token, out) = (look(token, "token")?, Out::new(view, "view")?);
            let tollgate_token { texts, expires_on, refresh_on, origin } = token;
            let [token, token_type, resource, tenant_id, client_id, object_id, resource_id] = texts.views();
            out.give(tollgate_token_view {
                token,
                token_type,
                resource,
                tenant_id,
                client_id,
                object_id,
                resource_id,
                expires_on: *expires_on,
                refresh_on: *refresh_on,
                origin: *origin,
                reserved: 0,
            });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees a token and wipes its text.
///
/// # Safety
/// `token` is NULL or a token that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_token_free(token: *mut tollgate_token) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(token) };
}
