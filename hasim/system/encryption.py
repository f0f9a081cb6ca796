"""Encryption: what it costs a component that clients connect."""

from pydantic import Field

from hasim.system.parts import Count, Part, Share


class Tls(Part):
    """The handshakes of a component.

    Attributes
    ----------
    clients : int
        How many are connected to the component, to all of its replicas together.
    handshake : float
        Seconds of one core for a full handshake.
    resumed : float
        Share of the clients that resume their session when they connect again.
    resumption : float
        Seconds of one core for a handshake that resumes.
    cores : int
        Cores of one replica that do handshakes.
    """

    clients: int = Field(ge=1)
    handshake: float = Field(gt=0.0, allow_inf_nan=False)
    resumed: Share = 0.0
    resumption: float = Field(default=0.0, ge=0.0, allow_inf_nan=False)
    cores: Count = 1

    @property
    def mean_cost(self) -> float:
        """Seconds of one core for the mean handshake of clients that connect again."""
        return (1 - self.resumed) * self.handshake + self.resumed * self.resumption
