"""How forms are drawn: words before the field, errors tied to it and gathered above."""

from django import forms


class Sample(forms.Form):
    name = forms.CharField(label="Name", help_text="As others read it.")
    words = forms.CharField(label="Words", widget=forms.Textarea, required=False)
    rhythm = forms.ChoiceField(
        label="Rhythm", choices=[("day", "Daily"), ("never", "Never")], widget=forms.RadioSelect
    )
    agreed = forms.BooleanField(label="Agreed")
    token = forms.CharField(widget=forms.HiddenInput, required=False)


class TestForm:
    def test_help_stands_before_the_field_and_is_tied_to_it(self):
        html = str(Sample())
        assert html.index("As others read it.") < html.index('<input type="text"')
        assert 'id="id_name_helptext"' in html
        assert 'aria-describedby="id_name_helptext"' in html

    def test_every_field_has_a_label_or_a_legend(self):
        html = str(Sample())
        for at in ("id_name", "id_words", "id_agreed", "id_rhythm_0"):
            assert f'<label for="{at}">' in html
        assert '<legend class="legend">Rhythm' in html

    def test_what_may_stay_empty_says_so(self):
        assert str(Sample()).count('class="optional"') == 1

    def test_but_not_a_choice_that_always_has_an_answer_nor_a_field_that_is_left_unmarked(self):
        class Other(forms.Form):
            unmarked = ("q",)
            q = forms.CharField(required=False)
            light = forms.ChoiceField(choices=[("", "Any")], required=False, widget=forms.RadioSelect)
            kind = forms.ChoiceField(choices=[("", "Any")], required=False)

        assert 'class="optional"' not in str(Other())

    def test_errors_are_gathered_above_with_links(self):
        html = str(Sample({}))
        summary = html[: html.index('class="fields"')]
        assert 'role="alert" tabindex="-1" autofocus' in summary
        for target in ("#id_name", "#id_rhythm_0", "#id_agreed"):
            assert f'href="{target}"' in summary
        assert "#id_words" not in summary

    def test_an_error_is_tied_to_its_field(self):
        html = str(Sample({}))
        assert 'id="id_name_error"' in html
        assert 'aria-describedby="id_name_helptext id_name_error"' in html
        assert 'aria-invalid="true"' in html

    def test_a_refusal_stands_above(self):
        form = Sample({"name": "a", "rhythm": "day", "agreed": "on"})
        form.add_error(None, "Not today <b>.")
        assert "<li>Not today &lt;b&gt;.</li>" in str(form)

    def test_hidden_fields_are_there_once(self):
        assert str(Sample()).count('name="token"') == 1

    def test_without_errors_there_is_no_summary(self):
        assert 'class="errors"' not in str(Sample({"name": "a", "rhythm": "day", "agreed": "on"}))
