//! A machine with a simulated metadata service, and the requests that tests make from it.

use std::sync::Arc;
use std::time::Duration;

use imds_sim::{Options, Simulator};
use tempfile::TempDir;
use tokio::time::Instant;
use tollgate_azure::{
    AudienceHosts, AzureClient, Error, LookupKind, LookupRequest, Method, PendingOperation, RestBody,
    RestRequest, RestResponse,
};
use tollgate_core::{BootInstant, Clock, SystemClock};
use tollgate_http::MetadataClient;
use tollgate_identity::{Environment, Identity, Level, Phase, Progress, ProgressLog, TokenClient};

use crate::service::Service;

pub(crate) const AUDIENCE: &str = "https://arm.test/";

/// The machine's clocks, which stand still and move on as the test's time does.
struct TestClock {
    start: Instant,
    boot: BootInstant,
    unix: i64,
}

impl TestClock {
    fn new() -> Self {
        Self { start: Instant::now(), boot: SystemClock.now(), unix: SystemClock.unix_now() }
    }
}

impl Clock for TestClock {
    fn now(&self) -> BootInstant {
        self.boot + self.start.elapsed()
    }

    fn unix_now(&self) -> i64 {
        self.unix + i64::try_from(self.start.elapsed().as_secs()).unwrap()
    }
}

/// The machine.
pub(crate) struct World {
    pub(crate) sim: Simulator,
    pub(crate) azure: AzureClient,
    pub(crate) client: Arc<TokenClient>,
    pub(crate) folder: TempDir,
}

impl World {
    pub(crate) fn new() -> Self {
        Self::with(Options::default())
    }

    pub(crate) fn with(options: Options) -> Self {
        let (sim, folder) = (Simulator::start(options).unwrap(), tempfile::tempdir().unwrap());
        let environment = Environment::from_pairs([
            ("AZURE_POD_IDENTITY_AUTHORITY_HOST", sim.url()),
            ("TOLLGATE_GATE_DIRECTORY", folder.path().to_str().unwrap().to_owned()),
            // Whatever is not on loopback would go to nobody.
            ("HTTPS_PROXY", "http://127.0.0.1:9".to_owned()),
        ]);
        let spawn = Box::new(|work| drop(tokio::spawn(work)));
        let clock = Arc::new(TestClock::new());
        let client = TokenClient::new(&environment, MetadataClient::default(), clock.clone(), spawn).unwrap();
        let client = Arc::new(client);
        let azure = AzureClient::new(Arc::clone(&client), &environment, clock);
        Self { sim, azure, client, folder }
    }

    /// The answer, and what was said on the way.
    pub(crate) async fn rest(&self, request: RestRequest) -> (Result<RestResponse, Error>, Said) {
        heard(self.azure.rest(request)).await
    }

    /// The same, with every pause over at once.
    pub(crate) async fn rest_at_once(&self, request: RestRequest) -> (Result<RestResponse, Error>, Said) {
        self.warm().await;
        without_waiting(self.azure.rest(request)).await
    }

    /// Brings the token into memory.
    pub(crate) async fn warm(&self) {
        let good = Service::answering([crate::service::Reply::new(200, "{}")]);
        self.rest(get(&good, "/")).await.0.unwrap();
    }

    /// The same at a service that stays silent for so long each time; see [`in_silence`].
    pub(crate) async fn rest_in_silence(
        &self,
        request: RestRequest,
        silence: Duration,
    ) -> Result<RestResponse, Error> {
        self.warm().await;
        in_silence(self.azure.rest(request), silence).await.0
    }

    pub(crate) async fn lookup(&self, request: LookupRequest) -> (Result<serde_json::Value, Error>, Said) {
        heard(self.azure.lookup(request)).await
    }
}

async fn heard<T>(undertaking: PendingOperation<T>) -> (Result<T, Error>, Said) {
    let PendingOperation { progress: journal, future: work } = undertaking;
    (work.await, Said(journal))
}

/// The same on a clock that stands still but for what `step` lets pass after each look. The token must be in memory already: only what
/// requests to Azure wait for is over at once.
pub(crate) async fn driven<T>(
    undertaking: PendingOperation<T>,
    mut step: impl FnMut(&ProgressLog) -> Option<Duration>,
) -> (Result<T, Error>, Said) {
    let PendingOperation { progress: journal, future: mut work } = undertaking;
    tokio::time::pause();
    let result = loop {
        // A runtime that is never idle does not move its paused clock by itself.
        tokio::select! {
            biased;
            result = &mut work => break result,
            () = tokio::task::yield_now() => {}
        }
        if let Some(time) = step(&journal) {
            tokio::time::advance(time).await;
        }
    };
    tokio::time::resume();
    (result, Said(journal))
}

/// A second, while it pauses between two attempts or two looks.
pub(crate) fn past_pauses(journal: &ProgressLog) -> Option<Duration> {
    matches!(journal.progress().phase, Phase::Backoff | Phase::Polling).then_some(Duration::from_secs(1))
}

/// With every pause over at once.
pub(crate) async fn without_waiting<T>(undertaking: PendingOperation<T>) -> (Result<T, Error>, Said) {
    driven(undertaking, past_pauses).await
}

/// With a service that takes every request and stays silent: whenever one has left, so much time is over at once.
pub(crate) async fn in_silence<T>(
    undertaking: PendingOperation<T>,
    silence: Duration,
) -> (Result<T, Error>, Said) {
    let mut known = 0;
    let step = |journal: &ProgressLog| {
        let sent = journal.sends().count;
        let has_left = std::mem::replace(&mut known, sent) < sent;
        if has_left { Some(silence) } else { past_pauses(journal) }
    };
    driven(undertaking, step).await
}

/// Where something stands when it comes to this phase; there it is given up.
pub(crate) async fn standing<T>(undertaking: PendingOperation<T>, phase: Phase) -> Progress {
    let PendingOperation { progress: journal, future: mut work } = undertaking;
    loop {
        tokio::select! {
            biased;
            _ = &mut work => panic!("it ended before it came to {phase:?}"),
            () = tokio::task::yield_now() => {}
        }
        let progress = journal.progress();
        if progress.phase == phase {
            return progress;
        }
    }
}

/// What was said on the way.
pub(crate) struct Said(Arc<ProgressLog>);

impl Said {
    fn lines(&self, level: Option<Level>) -> Vec<String> {
        let events = (0..).map_while(|number| self.0.event(number));
        events
            .filter(|event| level.is_none_or(|level| event.level == level))
            .map(|event| event.text)
            .collect()
    }

    pub(crate) fn warnings(&self) -> Vec<String> {
        self.lines(Some(Level::Warning))
    }

    /// Where it stood at the end.
    pub(crate) fn progress(&self) -> Progress {
        self.0.progress()
    }

    pub(crate) fn all(&self) -> String {
        self.lines(None).join("\n")
    }
}

/// A realm of these services.
pub(crate) fn realm(services: &[&Service]) -> AudienceHosts {
    let hosts = services.iter().map(|service| service.origin.clone()).collect();
    AudienceHosts { audience: AUDIENCE.to_owned(), hosts }
}

/// A GET of a service that is a realm of its own.
pub(crate) fn get(service: &Service, path: &str) -> RestRequest {
    ask(Method::Get, service, path)
}

pub(crate) fn ask(method: Method, service: &Service, path: &str) -> RestRequest {
    RestRequest {
        identity: Identity::default(),
        method,
        uri: format!("{}{path}", service.origin),
        audience: None,
        audiences: vec![realm(&[service])],
        body: RestBody::None,
        content_type: None,
        headers: Vec::new(),
        out_file: None,
        polling: None,
        paginate: false,
        retry: true,
        fail_on_http_error: false,
        timeout: Some(Duration::from_secs(60)),
    }
}

/// A look-up at a service that plays ARM.
pub(crate) fn look_up(kind: LookupKind, arm: &Service) -> LookupRequest {
    LookupRequest {
        kind,
        identity: Identity::default(),
        account: "MSI@50342".to_owned(),
        arm_url: format!("{}/", arm.origin),
        arm_audience: AUDIENCE.to_owned(),
        tenant: None,
        subscription: None,
        max_subscriptions: 0,
        timeout: Some(Duration::from_secs(60)),
    }
}
