import pytest
from django.utils import translation

from portal.files.names import LONGEST, safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("乳源 瑶绣.JPG", "乳源 瑶绣.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\windows\\system32\\a.png", "a.jpg"),
        ("/", "Unnamed.jpg"),
        ("", "Unnamed.jpg"),
        ("..", "Unnamed.jpg"),
        (".jpg", "jpg.jpg"),
        ("营业执照\u202egpj.exe", "营业执照gpj.jpg"),
        ("a\u2066b\u2069\u200f\u200bc.jpg", "abc.jpg"),
        ("line\r\nSet-Cookie: x.jpg", "lineSet-Cookie_ x.jpg"),
        ("nul\0byte.jpg", "nulbyte.jpg"),
        ('a"b<c>|?*.jpg', "a_b_c____.jpg"),
        ("photo.php.jpg", "photo.php.jpg"),
        ("e\u0301.jpg", "é.jpg"),
        ("  a   b  .jpg", "a b.jpg"),
    ],
)
def test_a_name_keeps_its_words_and_loses_what_deceives(name, safe):
    with translation.override("en"):
        assert safe_name(name, extension=".jpg") == safe


def test_a_long_name_keeps_its_extension():
    name = safe_name("长" * 300 + ".pdf", extension=".pdf")

    assert name == "长" * 116 + ".pdf"
    assert len(name) == LONGEST
