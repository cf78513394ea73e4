//! When a request leaves: the client connects, or takes a connection that is open, and does not say which, or when it is done.
//! Whoever gives up must know, for a request that has left may have been carried out.

use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};

use reqwest::Response;
use tower_layer::Layer;
use tower_service::Service;

use crate::cloud::failure::CloudFailure;

tokio::task_local! {
    /// Whether the request of this task is connecting.
    static CONNECTING: Arc<AtomicBool>;
}

/// Stands before what connects, and notes for the request that wants it when that begins and ends.
#[derive(Clone, Copy)]
pub(super) struct Watch;

/// What connects, watched.
#[derive(Clone)]
pub(super) struct Watched<S>(S);

impl<S> Layer<S> for Watch {
    type Service = Watched<S>;

    fn layer(&self, connector: S) -> Watched<S> {
        Watched(connector)
    }
}

impl<S, Target> Service<Target> for Watched<S>
where
    S: Service<Target>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: Target) -> Self::Future {
        let connecting = CONNECTING.try_with(Arc::clone).ok();
        let note = move |now| {
            if let Some(connecting) = &connecting {
                connecting.store(now, Ordering::Relaxed);
            }
        };
        note(true);
        let connected = self.0.call(target);
        Box::pin(async move {
            let result = connected.await;
            // A failure is for the request to end with: nothing was sent.
            if result.is_ok() {
                note(false);
            }
            result
        })
    }
}

/// Asks, and calls `sent` once as soon as the request is not held up by connecting any more.
pub(super) async fn watched(
    asking: impl Future<Output = reqwest::Result<Response>>,
    sent: impl Fn(),
) -> Result<Response, CloudFailure> {
    let connecting = Arc::new(AtomicBool::new(false));
    let mut asking = pin!(CONNECTING.scope(Arc::clone(&connecting), asking));
    let mut noted = false;
    poll_fn(|context| {
        let polled = asking.as_mut().poll(context).map_err(|error| CloudFailure::of(&error));
        let left = match &polled {
            Poll::Pending => !connecting.load(Ordering::Relaxed),
            Poll::Ready(Ok(_)) => true,
            Poll::Ready(Err(failure)) => failure.is_after_sending(),
        };
        if left && !noted {
            noted = true;
            sent();
        }
        polled
    })
    .await
}
