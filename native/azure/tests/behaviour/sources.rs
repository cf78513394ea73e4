//! All tokens of a request come from the source of its identity, whatever the environment points to by then.

use imds_sim::{Options, Simulator};
use tollgate_azure::{LookupKind, LookupRequest, RestRequest};
use tollgate_identity::{Environment, Identity};

use crate::service::{Reply, Service};
use crate::world::{World, get, look_up};

/// A machine whose environment points elsewhere now, and the identity that was found there before.
fn moved() -> (World, Simulator, Identity) {
    let (world, elsewhere) = (World::new(), Simulator::start(Options::default()).unwrap());
    let identity = Identity { source: Some(world.client.source()), ..Identity::default() };
    let variables = [("AZURE_POD_IDENTITY_AUTHORITY_HOST", elsewhere.url())];
    world.client.set_environment(&Environment::from_pairs(variables)).unwrap();
    (world, elsewhere, identity)
}

#[tokio::test]
async fn a_request_and_its_renewed_token_stay_with_the_source() {
    let (world, elsewhere, identity) = moved();
    let claims = r#"Bearer error="insufficient_claims", claims="e30=""#;
    let challenge = Reply::new(401, "{}").with("www-authenticate", claims);
    let arm = Service::answering([challenge, Reply::new(200, "{}")]);
    let answer = world.rest(RestRequest { identity, ..get(&arm, "/x") }).await.0.unwrap();
    assert_eq!((answer.status, world.sim.counts().tokens, elsewhere.counts().tokens), (200, 2, 0));
    let arm = Service::answering([Reply::new(200, "{}")]);
    world.rest(get(&arm, "/x")).await.0.unwrap();
    assert_eq!((world.sim.counts().tokens, elsewhere.counts().tokens), (2, 1));
}

#[tokio::test]
async fn a_look_up_stays_with_the_source() {
    let (world, elsewhere, identity) = moved();
    let arm = Service::answering([Reply::new(200, r#"{"value":[]}"#)]);
    let request = LookupRequest { identity, ..look_up(LookupKind::Tenants, &arm) };
    world.lookup(request).await.0.unwrap();
    assert_eq!((world.sim.counts().tokens, elsewhere.counts().tokens), (1, 0));
}
