//! The thread on which requests move on, started by the first request that needs the network.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;

use tokio::runtime::{Builder, Handle};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

use crate::report::Report;

/// Work that ends by itself.
pub(crate) type Work = Pin<Box<dyn Future<Output = ()> + Send>>;

/// The thread, or the promise of one. It ends when nobody holds this any more.
#[derive(Default)]
pub(crate) struct Runtime(Mutex<Option<Worker>>);

struct Worker {
    /// The process whose thread it is.
    process: u32,
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

    /// Fails in a child of `fork`, where nothing that was started before ever ends.
    pub(crate) fn check_process(&self) -> Result<(), Report> {
        let worker = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        worker.as_ref().map_or(Ok(()), Worker::check_process)
    }

    fn handle(&self) -> Result<Handle, Report> {
        let mut worker = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(worker) = &*worker {
            worker.check_process()?;
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
        Ok(Self { process: std::process::id(), handle, stop: Some(stop), thread: Some(thread) })
    }

    fn check_process(&self) -> Result<(), Report> {
        if self.process == std::process::id() { Ok(()) } else { Err(Report::forked()) }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        if self.check_process().is_err() {
            // There is no such thread here to stop or to wait for.
            std::mem::forget((self.stop.take(), self.thread.take()));
            return;
        }
        drop(self.stop.take());
        if let Some(thread) =
            self.thread.take().filter(|thread| thread.thread().id() != std::thread::current().id())
        {
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::status::tollgate_status;

    #[test]
    fn a_child_of_fork_fails_at_once_and_waits_for_nothing() {
        let runtime = Arc::new(Runtime::default());
        let ready = || Box::pin(std::future::ready(()));
        assert!(runtime.spawn(ready()).is_ok());
        assert!(runtime.check_process().is_ok());
        // As a child finds it: started by another process.
        let stop = {
            let mut worker = runtime.0.lock().unwrap();
            let worker = worker.as_mut().unwrap();
            worker.process += 1;
            (worker.stop.take(), worker.thread.take())
        };
        let status = |failed: Result<(), Report>| failed.unwrap_err().status;
        assert_eq!(status(runtime.spawn(ready()).map(drop)), tollgate_status::TOLLGATE_INTERNAL);
        assert_eq!(status(runtime.block_on(ready())), tollgate_status::TOLLGATE_INTERNAL);
        assert_eq!(status(runtime.check_process()), tollgate_status::TOLLGATE_INTERNAL);
        drop(runtime);
        drop(stop.0);
        stop.1.unwrap().join().unwrap();
    }
}
