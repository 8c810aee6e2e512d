"""The option --paper."""

from paper_tree import render


def test_the_page_is_written_and_says_where(paper):
    assert paper.done.exit_code == 0
    assert paper.done.stdout.strip() == str(paper.out / "index.html")


def test_no_results_folder_is_an_error(tmp_path):
    missing = render(tmp_path / "nowhere", tmp_path / "out")
    assert missing.done.exit_code == 1
    assert "no such folder" in missing.done.stderr
    assert not missing.out.exists()
