//! When a request leaves: the client connects, or takes a connection that is open, and does not say which, or when it is done.
//! Whoever gives up must know, for a request that has left may have been carried out.

use std::cell::Cell;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::task::{Context, Poll};

use reqwest::Response;
use tower_layer::Layer;
use tower_service::Service;

use crate::cloud::error::CloudTransportError;

tokio::task_local! {
    /// Whether this request's connection is still being made, as the poll of it that is under way has found.
    static CONNECTING: Cell<bool>;
}

/// Stands before what connects, and tells the request that waits for it that it does.
#[derive(Clone, Copy)]
pub(super) struct SendDetectorLayer;

/// What connects, watched.
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
                // No request waits for it where another connection was to be had first: then it goes on for the pool.
                let _ = CONNECTING.try_with(|connecting| connecting.set(true));
            }
            polled
        }))
    }
}

/// Asks, and calls `sent` once as soon as the request is not held up by connecting any more.
pub(super) async fn detect_send(
    asking: impl Future<Output = reqwest::Result<Response>>,
    sent: impl Fn(),
) -> Result<Response, CloudTransportError> {
    let mut asking = pin!(asking);
    let mut noted = false;
    let watched = poll_fn(|context| {
        CONNECTING.with(|connecting| connecting.set(false));
        let polled = asking.as_mut().poll(context).map_err(|error| CloudTransportError::from_reqwest(&error));
        let left = match &polled {
            // The client polls what it waits for with each poll of its own.
            Poll::Pending => !CONNECTING.with(Cell::get),
            Poll::Ready(Ok(_)) => true,
            Poll::Ready(Err(failure)) => failure.is_after_sending(),
        };
        if left && !noted {
            noted = true;
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
