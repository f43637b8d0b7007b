"""What a channel chooses to hear of, by the topics and flags that the rules give a text."""

from monitor.model import Channel, Verdict


def left_out(channel: Channel, verdict: Verdict) -> str:
    """Why a text is not for a channel ("its choice leaves out sport"); "" where it is.

    An excluded flag leaves a text out. So does an excluded topic where the text has no other: whoever wants no sport
    still hears of shots on the border at a match. Of what is left, `include` takes texts with one of its topics or flags.
    """
    flags = {flag.code for flag in verdict.flags}
    topics = {topic.code for topic in verdict.topics}
    alone = topics if topics <= set(channel.exclude) else set()
    against = [code for code in channel.exclude if code in flags | alone]
    if against:
        return f"its choice leaves out {', '.join(against)}"
    if channel.include and not (flags | topics) & set(channel.include):
        return f"its choice takes {', '.join(channel.include)} alone"
    return ""
