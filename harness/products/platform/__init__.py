"""What all APIs share: tokens, authorization, transport."""
