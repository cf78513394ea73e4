//! The tokens in memory as C reads them: everything but the tokens.

use tollgate_identity::{Selector, TokenCacheEntry};

use crate::error::tollgate_error;
use crate::guard::guarded;
use crate::pointer::{self, Out, look};
use crate::status::tollgate_status;
use crate::text::{Wide, tollgate_text};

/// A list of the tokens in memory at one moment.
pub struct tollgate_listing {
    entries: Vec<tollgate_entry>,
    // What the entries' texts point to.
    _texts: Vec<[Wide; 4]>,
}

/// How an identity was named.
#[repr(u32)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum tollgate_selector {
    /// Not at all.
    TOLLGATE_SELECTOR_NONE = 0,
    /// By its client id.
    TOLLGATE_SELECTOR_CLIENT_ID = 1,
    /// By its object id.
    TOLLGATE_SELECTOR_OBJECT_ID = 2,
    /// By its resource id.
    TOLLGATE_SELECTOR_RESOURCE_ID = 3,
}

/// A token in memory. The texts are borrowed until the listing is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_entry {
    /// What the token is for.
    pub resource: tollgate_text,
    /// The value that names the identity; absent when it was not named.
    pub identity: tollgate_text,
    /// Who issued it.
    pub endpoint: tollgate_text,
    /// The tenant; absent when the token does not say.
    pub tenant_id: tollgate_text,
    /// The end, in seconds since 1970 UTC.
    pub expires_on: i64,
    /// From when a new one is fetched behind it, in seconds since 1970 UTC.
    pub refresh_on: i64,
    /// How often it was answered from memory.
    pub served: u64,
    /// How the identity was named.
    pub selector: tollgate_selector,
    /// Always 0.
    pub reserved: u32,
}

/// The entries of a listing, borrowed until it is freed.
#[repr(C)]
#[derive(Debug)]
pub struct tollgate_listing_view {
    /// The first entry.
    pub ptr: *const tollgate_entry,
    /// The number of entries.
    pub len: usize,
}

impl tollgate_listing {
    pub(crate) fn new(cache: &[TokenCacheEntry]) -> Self {
        let (entries, texts) = cache.iter().map(read).unzip();
        Self { entries, _texts: texts }
    }
}

/// The texts' memory does not move when the array that owns them does.
fn read(entry: &TokenCacheEntry) -> (tollgate_entry, [Wide; 4]) {
    let texts = [
        Wide::from(entry.resource.as_str()),
        Wide::from(entry.selector.value().as_deref()),
        Wide::from(entry.endpoint.as_str()),
        Wide::from(entry.tenant_id.as_deref()),
    ];
    let [resource, identity, endpoint, tenant_id] = texts.each_ref().map(Wide::view);
    let selector = match entry.selector {
        Selector::SystemAssigned => tollgate_selector::TOLLGATE_SELECTOR_NONE,
        Selector::ClientId(_) => tollgate_selector::TOLLGATE_SELECTOR_CLIENT_ID,
        Selector::ObjectId(_) => tollgate_selector::TOLLGATE_SELECTOR_OBJECT_ID,
        Selector::ResourceId(_) => tollgate_selector::TOLLGATE_SELECTOR_RESOURCE_ID,
    };
    let (expires_on, refresh_on, served) = (entry.expires_on, entry.refresh_on, entry.hits);
    let entry = tollgate_entry {
        resource,
        identity,
        endpoint,
        tenant_id,
        expires_on,
        refresh_on,
        served,
        selector,
        reserved: 0,
    };
    (entry, texts)
}

/// Reads a listing.
///
/// # Safety
/// `listing` is NULL or a listing that was not freed; `view` is NULL or writable; `error` is NULL or writable.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_listing_read(
    listing: *const tollgate_listing,
    view: *mut tollgate_listing_view,
    error: *mut *mut tollgate_error,
) -> tollgate_status {
    // SAFETY: the caller's promise, here and below.
    unsafe {
        guarded(error, || {
            let (listing, out) = (look(listing, "listing")?, Out::new(view, "view")?);
            out.give(tollgate_listing_view { ptr: listing.entries.as_ptr(), len: listing.entries.len() });
            Ok(tollgate_status::TOLLGATE_OK)
        })
    }
}

/// Frees a listing.
///
/// # Safety
/// `listing` is NULL or a listing that was not freed.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tollgate_listing_free(listing: *mut tollgate_listing) {
    // SAFETY: the caller's promise.
    unsafe { pointer::free(listing) };
}
