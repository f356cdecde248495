"""Messages that the tests of this room read, each a short one of their own."""

from harness.x12.interchange import ISA_LENGTH

ISA = (
    "ISA*00*          *00*          *ZZ*SYNTHSENDER    *ZZ*INQDEMO        "
    "*240115*1021*^*00501*000000042*0*T*:~"
)
GS = "GS*HI*SYNTHSENDER*INQDEMO*20240115*102137*7*X*005010X215~"
ST = "ST*278*0001*005010X215~"
BHT = "BHT*0007*28*1402*20240115*102137~"
LEVELS = (
    "HL*1**20*1~NM1*PR*2*INQDEMO*****PI*INQDEMO~"
    "HL*2*1*21*1~NM1*1P*2*SAMPLE CLINIC*****XX*1234567893~REF*EI*123456789~"
    "HL*3*2*22*1~NM1*IL*1*DOE*JO****MI*TST2~DMG*D8*20000101~"
    "HL*4*3*EV*0~UM*HS*I*1*11:B~HI*ABK:C3432~"
)
END = "SE*14*0001~GE*1*7~IEA*1*000000042~"
INQUIRY = ISA + GS + ST + BHT + LEVELS + END

assert len(ISA) == ISA_LENGTH


def inquiry_with(old: str, new: str) -> str:
    """Return the inquiry with one passage changed."""
    assert old in INQUIRY
    return INQUIRY.replace(old, new, 1)
