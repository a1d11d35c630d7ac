"""What every room needs: quantities, the plant's clock, document numbers, request keys, settings, job runs, attachments."""
