"""What several rules need: the context, deadlines, what takes the user's time, participants. Holds no rule."""
