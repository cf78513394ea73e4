//! Vectors 93 to 100: who is answered from memory, who shares a request, and who costs none.

use std::sync::Arc;
use std::time::Duration;

use tokio::time::{advance, sleep};
use tollgate_identity::{Selector, TokenOrigin};

use crate::hosts::{id, wish};
use crate::service::{Reply, Service, ask, request, secret, status, token};

/// A little over half of what a token of the test's has to live.
const HALF: Duration = Duration::from_secs(43_201);

#[tokio::test(start_paused = true)]
async fn v093_v094_the_second_answer_comes_from_memory_unless_a_new_one_is_wished() {
    let service = Service::new([token("first")], token("second"));
    let client = service.client();
    let mut wish = request("https://x");
    assert_eq!(ask(&client, &wish).await.unwrap().origin, TokenOrigin::Service);
    assert_eq!(ask(&client, &wish).await.unwrap().origin, TokenOrigin::Cache);
    wish.force_refresh = true;
    assert_eq!(ask(&client, &wish).await.unwrap().token.secret(), "second");
    assert_eq!(secret(&client, "https://x").await, "second");
    assert_eq!(service.times().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn v095_v096_resources_and_identities_never_share_a_token() {
    let service = Service::new([token("a"), token("b"), token("c"), token("d")], status(400));
    let client = service.client();
    for _ in 0..2 {
        assert_eq!(secret(&client, "https://x").await, "a");
        assert_eq!(secret(&client, "https://y").await, "b");
        assert_eq!(ask(&client, &wish(Selector::ClientId(id()))).await.unwrap().token.secret(), "c");
        assert_eq!(ask(&client, &wish(Selector::ObjectId(id()))).await.unwrap().token.secret(), "d");
    }
    assert_eq!((client.list_tokens().len(), service.times().len()), (4, 4));
}

/// Asks so many times at once; counts the answers of each origin.
async fn at_once(client: &Arc<tollgate_identity::TokenClient>, callers: usize) -> [usize; 3] {
    let asked: Vec<_> = (0..callers)
        .map(|_| {
            let client = Arc::clone(client);
            tokio::spawn(async move { ask(&client, &request("https://x")).await.unwrap() })
        })
        .collect();
    let mut counts = [0; 3];
    for caller in asked {
        counts[match caller.await.unwrap().origin {
            TokenOrigin::Service => 0,
            TokenOrigin::Shared => 1,
            TokenOrigin::Cache => 2,
        }] += 1;
    }
    counts
}

/// The vector has ten callers, of whom nine are answered from memory; here they wait for the one request together.
#[tokio::test(start_paused = true)]
async fn v097_two_hundred_callers_at_once_cost_one_request() {
    let service = Service::new([token("first")], token("second"));
    let client = Arc::new(service.client());
    assert_eq!(at_once(&client, 200).await, [1, 199, 0]);
    assert_eq!(service.times().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn v098_past_half_its_life_a_token_is_served_while_a_new_one_is_fetched_behind_it() {
    let service = Service::new([token("old"), token("new")], status(400));
    let client = service.client();
    assert_eq!(secret(&client, "https://x").await, "old");
    advance(HALF).await;
    assert_eq!(secret(&client, "https://x").await, "old");
    sleep(Duration::from_secs(1)).await;
    assert_eq!(secret(&client, "https://x").await, "new");
    assert_eq!(service.times().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn v099_several_callers_past_half_its_life_cost_one_refresh() {
    let service = Service::new([token("old"), token("new")], status(400));
    let client = Arc::new(service.client());
    secret(&client, "https://x").await;
    advance(HALF).await;
    assert_eq!(at_once(&client, 20).await, [0, 0, 20]);
    sleep(Duration::from_secs(1)).await;
    assert_eq!(secret(&client, "https://x").await, "new");
    assert_eq!(service.times().len(), 2);
}

/// To cancel is to let go, here of a call that nobody has waited for yet.
#[tokio::test(start_paused = true)]
async fn v100_a_call_that_is_let_go_before_it_began_costs_no_request() {
    let service = Service::new([Reply::Silence], token("t"));
    let client = service.client();
    drop(client.get_token(&request("https://x")));
    sleep(Duration::from_secs(1)).await;
    assert_eq!((service.times().len(), service.open()), (0, 0));
    assert_eq!(client.gate_state().await.slots_in_use, 0);
}
