//! The thread on which requests move on, started by the first request that needs the network.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::error::Report;

/// Work that ends by itself.
pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The thread, or the promise of one. It ends when nobody holds this any more.
#[derive(Default)]
pub(crate) struct Runtime(Mutex<Option<Worker>>);

struct Worker {
    handle: Handle,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Runtime {
    pub(crate) fn spawn(self: &Arc<Self>, work: Work) -> Result<AbortHandle, Report> {
        Ok(self.handle()?.spawn(work).abort_handle())
    }

    /// Runs short work on the calling thread; its timers are kept by the other.
    pub(crate) fn block_on<T>(&self, work: impl Future<Output = T>) -> Result<T, Report> {
        Ok(self.handle()?.block_on(work))
    }

    fn handle(&self) -> Result<Handle, Report> {
        let mut worker = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(worker) = &*worker {
            return Ok(worker.handle.clone());
        }
        let started =
            Worker::start().map_err(|error| Report::internal(&format!("the start of a thread ({error})")))?;
        Ok(worker.insert(started).handle.clone())
    }
}

impl Worker {
    fn start() -> std::io::Result<Self> {
        let runtime = Builder::new_current_thread().enable_io().enable_time().build()?;
        let handle = runtime.handle().clone();
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new().name("tollgate".into()).spawn(move || {
            let _ = runtime.block_on(stopped);
            // A name look-up that hangs must not hold up whoever frees the last handle.
            runtime.shutdown_background();
        })?;
        Ok(Self { handle, stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) =
            self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id())
        {
            let _ = thread.join();
        }
    }
}
