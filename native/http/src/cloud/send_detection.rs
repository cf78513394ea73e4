//! Detects when a request leaves: the client connects or takes an open connection, and reports neither which nor when.
//! A caller that gives up must know, because a request that has left may have been carried out.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use reqwest::Response;
use tower_layer::Layer;
use tower_service::Service;

use crate::cloud::error::CloudTransportError;

tokio::task_local! {
    /// Whether the poll in progress found that this request's connection is still being made.
    static CONNECTING: Cell<bool>;
}

/// Wraps the connector, so that it reports to the request waiting for it.
#[derive(Clone, Copy)]
pub(super) struct SendDetectorLayer;

/// A connector that reports while it is connecting.
#[derive(Clone)]
pub(super) struct SendDetector<S>(S);

impl<S> Layer<S> for SendDetectorLayer {
    type Service = SendDetector<S>;

    fn layer(&self, connector: S) -> SendDetector<S> {
        SendDetector(connector)
    }
}

impl<S, Target> Service<Target> for SendDetector<S>
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
        let mut connecting = Box::pin(self.0.call(target));
        Box::pin(poll_fn(move |context| {
            let polled = connecting.as_mut().poll(context);
            if polled.is_pending() {
                // Fails when no request waits any more: another connection became free first, and this one is completed
                // for the pool.
                let _ = CONNECTING.try_with(|connecting| connecting.set(true));
            }
            polled
        }))
    }
}

/// Sends, and calls `sent` once as soon as connecting no longer delays the request.
pub(super) async fn detect_send(
    sending: impl Future<Output = reqwest::Result<Response>>,
    sent: impl Fn(),
) -> Result<Response, CloudTransportError> {
    let mut sending = pin!(sending);
    let mut reported = false;
    let watched = poll_fn(|context| {
        CONNECTING.with(|connecting| connecting.set(false));
        let polled =
            sending.as_mut().poll(context).map_err(|error| CloudTransportError::from_reqwest(&error));
        let has_left = match &polled {
            // The client polls the connection it waits for in each of its own polls.
            Poll::Pending => !CONNECTING.with(Cell::get),
            Poll::Ready(Ok(_)) => true,
            Poll::Ready(Err(error)) => error.is_after_sending(),
        };
        if has_left && !reported {
            reported = true;
            sent();
        }
        polled
    });
    CONNECTING.scope(Cell::new(false), watched).await
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;
    use std::future::pending;

    use futures_util::future::{Either, select};
    use tokio::sync::oneshot;

    use super::*;

    /// What connects and never comes to an end with it.
    struct Never;

    impl Service<()> for Never {
        type Response = ();
        type Error = Infallible;
        type Future = Pin<Box<dyn Future<Output = Result<(), Infallible>> + Send>>;

        fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
            Poll::Ready(Ok(()))
        }

        fn call(&mut self, (): ()) -> Self::Future {
            Box::pin(pending())
        }
    }

    async fn is_pending(asking: &mut Pin<Box<impl Future>>) -> bool {
        poll_fn(|context| Poll::Ready(asking.as_mut().poll(context).is_pending())).await
    }

    #[tokio::test]
    async fn a_request_has_left_as_soon_as_it_goes_by_another_connection_than_the_one_that_is_being_made() {
        let (free, another) = oneshot::channel();
        let asking = async {
            // As the client does it: the connection that is not needed any more is made elsewhere.
            let Either::Left((_, dial)) = select(another, SendDetectorLayer.layer(Never).call(())).await
            else {
                unreachable!("it never connects")
            };
            drop(tokio::spawn(dial));
            pending().await
        };
        let sent = Cell::new(0);
        let mut watched = Box::pin(detect_send(asking, || sent.set(sent.get() + 1)));
        assert!(is_pending(&mut watched).await);
        assert_eq!(sent.get(), 0, "it is connecting");
        free.send(()).unwrap();
        assert!(is_pending(&mut watched).await);
        assert!(is_pending(&mut watched).await);
        assert_eq!(sent.get(), 1);
    }
}
