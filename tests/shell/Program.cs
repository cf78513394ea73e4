// PowerShell's own entry, which its pwsh has too.
return Microsoft.PowerShell.UnmanagedPSEntry.Start(args, args.Length);
