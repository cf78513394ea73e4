// One test at a time: some measure the memory and the clock of the whole process.
using Xunit;

[assembly: CollectionBehavior(DisableTestParallelization = true)]
