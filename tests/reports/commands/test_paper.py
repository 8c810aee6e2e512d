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


def test_the_page_and_that_of_the_measurements_lead_to_one_another(tmp_path, small, run):
    out = tmp_path / "out"
    assert "../index.html" not in render(small.root, out / "paper").page
    assert run(small.root, out).exit_code == 0
    assert 'href="paper/index.html"' in (out / "index.html").read_text()
    assert 'href="../index.html"' in render(small.root, out / "paper").page
    machine = tmp_path / "site" / "toybox"
    (tmp_path / "site" / "paper").mkdir(parents=True)
    assert run(small.root, machine).exit_code == 0
    assert "paper/index.html" not in (machine / "index.html").read_text()
    (tmp_path / "site" / "paper" / "index.html").touch()
    assert run(small.root, machine).exit_code == 0
    assert 'href="../paper/index.html"' in (machine / "index.html").read_text()
