//! Vectors 73 to 92: what Arc's agent asks a proof for and is believed, and to whom Service Fabric's secret is shown.

use std::path::{Path, PathBuf};
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use tempfile::TempDir;
use tokio::time::sleep;
use tollgate_identity::{Error, Selector, TokenCall, TokenClient, TokenRequest, TokenResult};

use crate::hosts::{self, ARC, SECRET, fabric, id, wish};
use crate::secure::{Certificate, OWN, Secure};
use crate::service::{Reply, Service, ask, request, status, token};

/// A certificate of somebody else.
static OTHER: LazyLock<Certificate> = LazyLock::new(Certificate::new);

/// An Arc server with a folder of key files in a folder of its own.
struct Server {
    folder: TempDir,
    service: Arc<Service>,
    client: TokenClient,
}

impl Server {
    /// Whose agent answers what `replies` makes of the folder of key files.
    fn new(replies: impl FnOnce(&Path) -> Vec<Reply>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keys = folder.path().join("keys");
        std::fs::create_dir(&keys).unwrap();
        let service = Service::new(replies(&keys), Reply::Silence);
        let environment = service.environment(ARC).with_arc_agent(keys);
        let client = service.build(&environment, Secure::new(&service, &OWN)).unwrap();
        Self { folder, service, client }
    }

    /// Whose agent challenges with these header lines, and gives a token after that.
    fn challenging(header: impl FnOnce(&Path) -> String) -> Self {
        Self::new(|keys| vec![challenge(header(keys)), token("t")])
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    async fn ask(&self, selector: Selector) -> Result<TokenResult, Error> {
        ask(&self.client, &wish(selector)).await
    }

    /// Why the challenge is not met; and that the agent was asked once, and told nothing.
    async fn distrust(&self) -> String {
        let error = self.ask(Selector::SystemAssigned).await.unwrap_err();
        let Error::EndpointNotTrusted { endpoint, fault } = error else { panic!("{error:?}") };
        assert_eq!((endpoint.as_str(), self.service.times().len()), ("http://arc", 1));
        assert!(!fault.contains(SECRET), "{fault}");
        fault
    }
}

fn challenge(header: String) -> Reply {
    Reply::Answer(401, header.leak(), "{}".to_owned())
}

/// The header line that names a key file.
fn basic(path: &Path) -> String {
    format!("www-authenticate: Basic realm={}\r\n", path.display())
}

#[tokio::test(start_paused = true)]
async fn v073_the_challenge_is_met_with_the_text_of_the_key_file() {
    let server = Server::challenging(|keys| basic(&keys.join("one.key")));
    server.write("keys/one.key", SECRET);
    assert_eq!(server.ask(Selector::SystemAssigned).await.unwrap().token.secret(), "t");
    let questions = server.service.questions();
    assert_eq!(questions.len(), 2);
    assert!(
        !questions[0].contains("authorization") && questions[1].contains("authorization: Basic hush\r\n")
    );
}

#[tokio::test(start_paused = true)]
async fn v074_a_refusal_without_a_challenge_is_not_trusted() {
    let fault = Server::challenging(|_| String::new()).distrust().await;
    assert_eq!(fault, "it refuses without naming a key file (no WWW-Authenticate)");
}

#[tokio::test(start_paused = true)]
async fn v075_v076_a_challenge_without_realm_is_not_trusted() {
    for challenge in ["Basic ", "Basic", "Basic realm=", "somefile=filename", "Basic somefile=filename"] {
        let server = Server::challenging(|_| format!("www-authenticate: {challenge}\r\n"));
        assert_eq!(server.distrust().await, "its challenge does not name a key file", "{challenge}");
    }
}

#[tokio::test(start_paused = true)]
async fn v077_v079_a_file_of_another_kind_or_in_another_folder_is_never_opened() {
    let named: [fn(&Path) -> PathBuf; 4] = [
        |keys| keys.join("one.txt"),
        |keys| keys.join("..").join("other").join("one.key"),
        |keys| keys.with_file_name("other").join("one.key"),
        |_| PathBuf::from("one.key"),
    ];
    for path in named {
        let server = Server::challenging(|keys| basic(&path(keys)));
        for file in ["keys/one.txt", "other/one.key"] {
            server.write(file, SECRET);
        }
        let fault = server.distrust().await;
        assert!(fault.starts_with("the key file it names is not one in"), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn v078_three_dots_lead_nowhere() {
    let named: [fn(&Path) -> PathBuf; 2] = [
        |keys| keys.join("...").join("etc").join("filename.key"),
        |_| PathBuf::from(r"C:\ProgramData\AzureConnectedMachineAgent\Tokens\...\etc\filename.key"),
    ];
    for path in named {
        let fault = Server::challenging(|keys| basic(&path(keys))).distrust().await;
        let reasons = ["the folder of its key files cannot be opened", "the key file it names is not one in"];
        assert!(reasons.iter().any(|reason| fault.starts_with(reason)), "{fault}");
    }
}

#[tokio::test(start_paused = true)]
async fn v080_a_key_file_that_is_missing_is_named_as_that() {
    let fault = Server::challenging(|keys| basic(&keys.join("one.key"))).distrust().await;
    assert!(fault.starts_with("the key file it names cannot be opened"), "{fault}");
}

#[tokio::test(start_paused = true)]
async fn v081_a_key_file_larger_than_4096_bytes_is_refused() {
    for size in [4097, 5000] {
        let server = Server::challenging(|keys| basic(&keys.join("one.key")));
        server.write("keys/one.key", &SECRET.repeat(size)[..size]);
        assert_eq!(server.distrust().await, "the key file it names is larger than 4096 bytes");
    }
}

/// A token that the agent gives with this field.
fn repeating(field: &str, value: &str) -> Reply {
    Reply::Answer(200, "", format!(r#"{{"access_token":"t","expires_in":"3600","{field}":"{value}"}}"#))
}

#[tokio::test(start_paused = true)]
async fn v083_a_token_whose_identity_the_agent_repeats_in_any_case_is_taken() {
    let name = "/subscriptions/s/resourceGroups/g/userAssignedIdentities/Name";
    let resource = || Selector::ResourceId(name.to_lowercase());
    let (own, loud) = (id().to_string(), id().to_string().to_uppercase());
    for (selector, field, value) in [
        (Selector::ClientId(id()), "client_id", own.as_str()),
        (Selector::ClientId(id()), "client_id", &loud),
        (Selector::ObjectId(id()), "object_id", &own),
        (resource(), "msi_res_id", name),
        (resource(), "mi_res_id", name),
    ] {
        let result = Server::new(|_| vec![repeating(field, value)]).ask(selector).await;
        assert!(result.is_ok(), "{field} {value} {result:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn v084_a_token_whose_identity_the_agent_does_not_repeat_is_thrown_away() {
    for reply in [
        repeating("client_id", "00000000-0000-0000-0000-000000000008"),
        repeating("object_id", &id().to_string()),
        repeating("client_id", ""),
        token("t"),
    ] {
        let server = Server::new(|_| vec![reply]);
        let error = server.ask(Selector::ClientId(id())).await.unwrap_err();
        assert!(
            matches!(&error, Error::IdentityNotFound { identity, .. } if identity.contains(&id().to_string()))
        );
        assert!(server.client.list_tokens().is_empty());
    }
}

/// An agent may know that it does not have the identity before it asks for a proof.
#[tokio::test(start_paused = true)]
async fn v085_an_identity_that_the_agent_does_not_have_is_said_in_its_own_words() {
    let body = r#"{"error":"identity_not_found","error_description":"no such identity","error_codes":[404]}"#;
    let unknown = || Reply::Answer(404, "", body.to_owned());
    let first = Server::new(|_| vec![unknown()]);
    let second = Server::new(|keys| vec![challenge(basic(&keys.join("one.key"))), unknown()]);
    second.write("keys/one.key", SECRET);
    for (server, asked) in [(first, 1), (second, 2)] {
        let error = server.ask(Selector::ClientId(id())).await.unwrap_err();
        let Error::IdentityNotFound { answer, .. } = &error else { panic!("{error:?}") };
        assert_eq!(answer.code.as_deref(), Some("identity_not_found"));
        assert!(error.to_string().contains("no such identity"), "{error}");
        assert_eq!(server.service.times().len(), asked);
    }
}

#[tokio::test(start_paused = true)]
async fn v086_two_identities_never_share_a_token() {
    let own = id().to_string();
    let named = Reply::Answer(
        200,
        "",
        format!(r#"{{"access_token":"named","expires_in":"3600","client_id":"{own}"}}"#),
    );
    let server = Server::new(|_| vec![token("system"), named]);
    for _ in 0..2 {
        assert_eq!(server.ask(Selector::SystemAssigned).await.unwrap().token.secret(), "system");
        assert_eq!(server.ask(Selector::ClientId(id())).await.unwrap().token.secret(), "named");
    }
    assert_eq!((server.client.list_tokens().len(), server.service.times().len()), (2, 2));
}

/// Asks a Service Fabric that has the first certificate and names this thumbprint.
async fn pinned(certificate: &'static Certificate, thumbprint: &str) -> (Result<TokenResult, Error>, usize) {
    let service = Service::new([token("t")], Reply::Silence);
    let [endpoint, header, (name, _)] = fabric();
    let environment = service.environment(&[endpoint, header, (name, thumbprint)]);
    let client = service.build(&environment, Secure::new(&service, certificate)).unwrap();
    let result = ask(&client, &request("https://x")).await;
    (result, service.questions().len())
}

/// MSAL.NET takes any certificate that the system trusts, and looks at the thumbprint only of those it does not. Here nobody's word
/// for a certificate counts: that of the authority in its chain as little as its name.
#[tokio::test(start_paused = true)]
async fn v087_v088_v089_only_the_certificate_of_that_thumbprint_is_shown_the_secret() {
    let spelled = OWN.thumbprint.to_lowercase();
    let pairs: Vec<_> = spelled.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair)).collect();
    for thumbprint in [&OWN.thumbprint, &spelled, &pairs.join(":")] {
        let (result, asked) = pinned(&OWN, thumbprint).await;
        assert_eq!((result.unwrap().token.secret(), asked), ("t", 1));
    }
    for thumbprint in [&OWN.thumbprint, &OTHER.authority] {
        let (result, asked) = pinned(&OTHER, thumbprint).await;
        let error = result.unwrap_err();
        assert!(matches!(error, Error::EndpointNotTrusted { .. }), "{error:?}");
        assert!(error.to_string().contains("thumbprint"), "{error}");
        assert_eq!(asked, 0);
    }
}

/// The vector's third case, a TLS client of the caller's own, does not arise: there is no way to give one.
#[tokio::test(start_paused = true)]
async fn v090_a_plain_address_and_what_is_no_thumbprint_are_refused_at_once() {
    let [endpoint, header, thumbprint] = fabric();
    let long = format!("{}0", OWN.thumbprint);
    let plain = ("IDENTITY_ENDPOINT", "http://fabric/metadata/identity/oauth2/token");
    let refused = |variables: &[(&str, &str)]| {
        let error = hosts::try_client(&Service::new([], token("t")), variables).err().unwrap();
        assert!(!error.to_string().contains(SECRET), "{error}");
        match error {
            Error::InvalidArgument { field, .. } => field,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(refused(&[plain, header, thumbprint]), "IDENTITY_ENDPOINT");
    for malformed in [&long[2..], &long, "no thumbprint"] {
        let variables = [endpoint, header, ("IDENTITY_SERVER_THUMBPRINT", malformed)];
        assert_eq!(refused(&variables), "IDENTITY_SERVER_THUMBPRINT", "{malformed}");
    }
}

#[tokio::test(start_paused = true)]
async fn v091_a_redirect_is_not_followed() {
    let redirect = Reply::Answer(302, "location: http://elsewhere/\r\n", String::new());
    let service = Service::new([redirect], token("t"));
    let error = ask(&hosts::client(&service, &fabric()), &request("https://x")).await.unwrap_err();
    assert!(matches!(&error, Error::EndpointNotTrusted { .. }), "{error:?}");
    assert!(error.to_string().contains("redirect"), "{error}");
    assert_eq!(service.times().len(), 1);
}

/// Here a changed environment can be made known to a client; what is under way keeps to the old one.
#[tokio::test(start_paused = true)]
async fn v092_a_request_under_way_keeps_to_the_environment_it_began_in() {
    let service = Service::new([status(500), token("old"), token("new")], Reply::Silence);
    let client = hosts::client(&service, &fabric());
    let TokenCall::Pending(pending) = client.get_token(&request("https://x")) else {
        panic!("nothing is in memory")
    };
    let mut landing = Box::pin(pending.wait());
    tokio::select! { _ = &mut landing => panic!("it is tried again only later"), () = sleep(Duration::from_millis(500)) => () }
    let [endpoint, _, thumbprint] = fabric();
    client
        .set_environment(&service.environment(&[endpoint, ("IDENTITY_HEADER", "other"), thumbprint]))
        .unwrap();
    assert_eq!(landing.await.unwrap().token.secret(), "old");
    let anew = TokenRequest { force_refresh: true, ..request("https://x") };
    assert_eq!(ask(&client, &anew).await.unwrap().token.secret(), "new");
    let secrets: Vec<_> = service
        .questions()
        .iter()
        .map(|question| {
            question.lines().find_map(|line| line.strip_prefix("secret: ").map(str::to_owned)).unwrap()
        })
        .collect();
    assert_eq!(secrets, [SECRET, SECRET, "other"]);
}
