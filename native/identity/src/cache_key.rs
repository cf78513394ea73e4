//! The key of a cached token.

use crate::resource::Resource;
use crate::selector::Selector;
use crate::sources::SourceId;

/// Everything that determines a token. The source's number stands for its exact address, its default identity and its
/// secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey {
    pub(crate) source: SourceId,
    pub(crate) selector: Selector,
    pub(crate) resource: Resource,
}
