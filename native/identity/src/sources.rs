//! All sources that a client has detected. A caller that connected through one keeps it when the environment changes;
//! the same source detected again keeps its number.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use http::HeaderMap;
use tollgate_http::{Endpoint, MetadataRequest, Thumbprint};
use uuid::Uuid;

use crate::detection::detect_source;
use crate::environment::Environment;
use crate::error::Error;
use crate::resource::Resource;
use crate::selector::Selector;
use crate::source::Source;

/// A source that a client has detected. It stays valid for that client when the environment changes.
#[derive(Clone, Debug)]
pub struct DetectedSource {
    id: SourceId,
    source: Arc<dyn Source>,
}

/// Number of a source within its client. It stands for everything that determines the source's responses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SourceId(pub(crate) u32);

impl DetectedSource {
    /// Its number, from 1. A client assigns the same number to the same source.
    pub const fn number(&self) -> u32 {
        self.id.0
    }

    pub(crate) const fn id(&self) -> SourceId {
        self.id
    }

    pub(crate) const fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    /// Whether it equals a source that another client may have detected.
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        SourceKey::new(&*self.source) == SourceKey::new(&*other.source)
    }
}

/// All detected sources, and the one that the environment points to now.
pub(crate) struct Sources(Mutex<State>);

struct State {
    known: Vec<(SourceKey, DetectedSource)>,
    current: DetectedSource,
}

impl Sources {
    /// Detects the first source.
    pub(crate) fn new(environment: &Environment) -> Result<Self, Error> {
        let source = detect_source(environment)?;
        let key = SourceKey::new(&*source);
        let current = DetectedSource { id: SourceId(1), source };
        let known = vec![(key, current.clone())];
        Ok(Self(Mutex::new(State { known, current })))
    }

    /// Makes the source of another environment current, and returns it.
    pub(crate) fn set_environment(&self, environment: &Environment) -> Result<DetectedSource, Error> {
        let source = detect_source(environment)?;
        let key = SourceKey::new(&*source);
        let mut state = self.lock();
        let found = state.known.iter().find(|(known, _)| *known == key).map(|(_, found)| found.clone());
        let found = found.unwrap_or_else(|| {
            let number = u32::try_from(state.known.len() + 1).unwrap_or(u32::MAX);
            let found = DetectedSource { id: SourceId(number), source };
            state.known.push((key, found.clone()));
            found
        });
        state.current = found.clone();
        Ok(found)
    }

    /// The source that the environment points to.
    pub(crate) fn current(&self) -> DetectedSource {
        self.lock().current.clone()
    }

    /// The source with this number, if detected.
    pub(crate) fn numbered(&self, number: u32) -> Option<DetectedSource> {
        let index = usize::try_from(number).ok()?.checked_sub(1)?;
        self.lock().known.get(index).map(|(_, found)| found.clone())
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Everything that determines a source's responses besides identity and resource: kind, endpoint and all that it sends.
/// Derived from the requests themselves, so that nothing a source sends in future can be left out.
#[derive(PartialEq, Eq)]
struct SourceKey {
    kind: &'static str,
    endpoint: Endpoint,
    pin: Option<Thumbprint>,
    key_directory: Option<PathBuf>,
    requests: [Option<SourceRequest>; 2],
}

/// A request with its secret. Path, query and default identity are in `path_and_query`.
#[derive(PartialEq, Eq)]
struct SourceRequest {
    path_and_query: String,
    headers: HeaderMap,
    form: Option<String>,
}

impl SourceKey {
    fn new(source: &dyn Source) -> Self {
        // A source may support only one of these: some require an identity, some accept none.
        let selectors = [Selector::SystemAssigned, Selector::ClientId(Uuid::nil())];
        let build = |selector| {
            let MetadataRequest { path_and_query, headers, form } =
                source.build_request(&Resource::probe(), &selector).ok()?;
            Some(SourceRequest { path_and_query, headers, form })
        };
        Self {
            kind: source.kind().name,
            endpoint: source.endpoint().clone(),
            pin: source.pin(),
            key_directory: source.key_directory().map(ToOwned::to_owned),
            requests: selectors.map(build),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    type Variables<'all> = &'all [(&'all str, &'all str)];

    const THUMBPRINT: &str = "00112233445566778899aabbccddeeff00112233";
    const OTHER_THUMBPRINT: &str = "ff112233445566778899aabbccddeeff00112233";

    fn environment(variables: Variables<'_>) -> Environment {
        Environment::from_pairs(variables.iter().copied())
    }

    #[test]
    fn a_source_is_another_when_anything_that_decides_its_answer_is() {
        let app: Variables<'_> = &[("IDENTITY_ENDPOINT", "http://a/p"), ("IDENTITY_HEADER", "one")];
        let learning: Variables<'_> =
            &[("MSI_ENDPOINT", "http://a"), ("MSI_SECRET", "s"), ("DEFAULT_IDENTITY_CLIENT_ID", "one")];
        let unnamed: Variables<'_> = &[("MSI_ENDPOINT", "http://a"), ("MSI_SECRET", "s")];
        let fabric: Variables<'_> = &[
            ("IDENTITY_ENDPOINT", "https://a/p"),
            ("IDENTITY_HEADER", "one"),
            ("IDENTITY_SERVER_THUMBPRINT", THUMBPRINT),
        ];
        let cases: &[(Variables<'_>, (&str, &str))] = &[
            (&[], ("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://a")),
            (app, ("IDENTITY_ENDPOINT", "http://b/p")),
            (app, ("IDENTITY_ENDPOINT", "http://a:81/p")),
            (app, ("IDENTITY_ENDPOINT", "http://a/q")),
            (app, ("IDENTITY_ENDPOINT", "http://a/p?x=y")),
            (app, ("IDENTITY_HEADER", "two")),
            (learning, ("MSI_SECRET", "t")),
            (learning, ("DEFAULT_IDENTITY_CLIENT_ID", "two")),
            (learning, ("DEFAULT_IDENTITY_CLIENT_ID", "")),
            (unnamed, ("MSI_SECRET", "t")),
            (unnamed, ("MSI_SECRET", "")),
            (fabric, ("IDENTITY_SERVER_THUMBPRINT", OTHER_THUMBPRINT)),
            (fabric, ("IDENTITY_API_VERSION", "2020-01-01")),
            (fabric, ("IDENTITY_HEADER", "two")),
            (&[("MSI_ENDPOINT", "http://a/p")], ("MSI_ENDPOINT", "http://a/q")),
            (
                &[("IDENTITY_ENDPOINT", "http://a/p"), ("IMDS_ENDPOINT", "x")],
                ("IDENTITY_ENDPOINT", "http://a/q"),
            ),
        ];
        for (variables, changed) in cases {
            let before = environment(variables);
            let sources = Sources::new(&before).unwrap();
            let other =
                sources.set_environment(&environment(&[variables, &[*changed][..]].concat())).unwrap();
            assert_eq!(other.number(), 2, "{variables:?} {changed:?}");
            let again = sources.set_environment(&before).unwrap();
            assert_eq!(again.number(), 1, "{variables:?}");
        }
    }

    #[test]
    fn the_folder_of_the_proofs_is_part_of_a_source() {
        let agent = |folder: &str| Environment::default().with_arc_agent(folder.into());
        let sources = Sources::new(&agent("one")).unwrap();
        assert_eq!(sources.set_environment(&agent("two")).unwrap().number(), 2);
        assert_eq!(sources.set_environment(&agent("one")).unwrap().number(), 1);
    }

    #[test]
    fn what_says_the_same_in_other_words_is_the_same_source() {
        let sources =
            Sources::new(&environment(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", "http://a")])).unwrap();
        for text in ["http://a:80/", " http://a/else ", "HTTP://a"] {
            let same = environment(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", text), ("HTTPS_PROXY", text)]);
            assert_eq!(sources.set_environment(&same).unwrap().number(), 1, "{text}");
        }
    }

    #[test]
    fn a_default_identity_is_the_same_however_it_is_spelled() {
        let with = |id| {
            environment(&[
                ("MSI_ENDPOINT", "http://a"),
                ("MSI_SECRET", "s"),
                ("DEFAULT_IDENTITY_CLIENT_ID", id),
            ])
        };
        let sources = Sources::new(&with("ab000000-0000-0000-0000-000000000001")).unwrap();
        let again = sources.set_environment(&with(" AB000000-0000-0000-0000-000000000001\n")).unwrap();
        assert_eq!(again.number(), 1);
    }

    #[test]
    fn a_source_is_found_by_its_number_whatever_came_later() {
        let at = |host| environment(&[("AZURE_POD_IDENTITY_AUTHORITY_HOST", host)]);
        let sources = Sources::new(&at("http://a")).unwrap();
        sources.set_environment(&at("http://b")).unwrap();
        assert!(sources.set_environment(&at("ftp://c")).is_err());
        let endpoint = |number| Some(sources.numbered(number)?.source().endpoint().to_string());
        assert_eq!(endpoint(1).as_deref(), Some("http://a"));
        assert_eq!(endpoint(2).as_deref(), Some("http://b"));
        assert_eq!((endpoint(0), endpoint(3)), (None, None));
        assert_eq!(sources.current().number(), 2);
    }

    #[test]
    fn a_sources_secret_is_not_printed() {
        let app = [("IDENTITY_ENDPOINT", "http://a"), ("IDENTITY_HEADER", "hush")];
        assert!(!format!("{:?}", Sources::new(&environment(&app)).unwrap().current()).contains("hush"));
    }
}
