//! What decides which token an answer is.

use crate::resource::Resource;
use crate::selector::Selector;
use crate::sources::SourceId;

/// What a token is kept under: everything that decides which token it is. The source's number stands for its address to the
/// letter, the identity it takes for its default and its secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CacheKey {
    pub(crate) source: SourceId,
    pub(crate) selector: Selector,
    pub(crate) resource: Resource,
}
