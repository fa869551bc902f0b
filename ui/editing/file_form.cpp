// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/file_form.h"

#include "ui/editing/field.h"
#include "ui/editing/wrapping_row.h"
#include "ui/theme/theme.h"
#include "ui/theme/tone.h"

#include <QGridLayout>
#include <QLabel>

#include <algorithm>
#include <utility>

namespace widthwise::ui {

namespace {

/// Brings a section's title to the height of the text in its first line of fields.
constexpr int baselineShift = 6;

} // namespace

FileForm::FileForm(YamlDocument& document, QWidget* parent)
    : QWidget(parent), m_document(document), m_layout(new QGridLayout(this))
{
    m_layout->setContentsMargins(0, 0, 0, 0);
    m_layout->setHorizontalSpacing(2 * grid);
    m_layout->setVerticalSpacing(grid);
    m_layout->setColumnStretch(1, 1);
    connect(&document, &YamlDocument::reread, this, &FileForm::refresh);
    connect(&document, &YamlDocument::loaded, this, &FileForm::revert);
    connect(&document, &YamlDocument::readOnlyChanged, this, &FileForm::revert);
    connect(&Theme::instance(), &Theme::changed, this, &FileForm::refresh);
}

void FileForm::addSection(const QString& title, std::vector<Setting> settings, std::function<QString()> note)
{
    auto* heading = new QLabel(title, this);
    heading->setFont(Theme::instance().strong());
    heading->setContentsMargins(0, heading->fontMetrics().height() + baselineShift, 0, 0);
    auto* fields = new WrappingRow;
    const std::size_t place = m_sections.size();
    const int row = 3 * static_cast<int>(place);
    Section section{heading, addBelow(row + 2), addBelow(row + 1), std::move(settings), std::move(note)};
    setTone(*section.noteLabel, Tone::Muted);
    for (const Setting& setting : section.settings) {
        section.fields.push_back(makeField(setting, title));
        fields->addField(section.fields.back(), setting.stretch);
    }
    for (const Field* field : section.fields)
        connect(field, &Field::problemChanged, this, [this, place] { showProblems(m_sections[place]); });
    m_layout->addWidget(heading, row, 0, Qt::AlignTop);
    m_layout->addLayout(fields, row, 1);
    m_sections.push_back(std::move(section));
}

QLabel* FileForm::addBelow(int row)
{
    auto* label = new QLabel(this);
    label->setWordWrap(true);
    label->setTextFormat(Qt::PlainText);
    m_layout->addWidget(label, row, 1);
    return label;
}

Field* FileForm::makeField(const Setting& setting, const QString& section)
{
    Field* field = nullptr;
    if (setting.manyLines) {
        field = new LinesField(setting.caption, this);
    } else if (setting.options.isEmpty() && !setting.choices) {
        field = new TextField(setting.caption, this);
    } else {
        auto* choice = new ChoiceField(setting.caption, this);
        choice->setOptions(setting.options, {});
        field = choice;
    }
    connect(field, &Field::left, &m_document, &YamlDocument::endStep);
    connect(field, &Field::refusalChanged, this,
            [this, field, key = setting.key] { m_document.setRefusal(field, key, field->refusal()); });
    field->setToolTip(setting.help);
    field->setLongName(tr("%1: %2").arg(section, setting.caption));
    const QString label = tr("Change %1").arg(setting.caption.toLower());
    field->setCommit([this, setting, label](const QString& text) { return set(setting, text, label); });
    return field;
}

QString FileForm::set(const Setting& setting, const QString& text, const QString& label)
{
    if (setting.isList)
        return setList(setting, text.trimmed(), label);
    const QString refusal =
        m_document.setValue(setting.key, setting.manyLines ? text : text.trimmed(), label);
    if (!refusal.isEmpty() || !setting.brings)
        return refusal;
    const auto [key, value] = setting.brings();
    return value.isEmpty() || !m_document.value(key).isEmpty()
               ? QString()
               : m_document.setValue(key, value, label, setting.key);
}

QString FileForm::setList(const Setting& setting, const QString& items, const QString& label)
{
    if (setting.word.isEmpty() || items != setting.word)
        return m_document.setList(setting.key, items, label);
    if (m_document.value(setting.key) == items)
        return {};
    const QString refusal = m_document.setList(setting.key, {}, label);
    return refusal.isEmpty() ? m_document.setValue(setting.key, items, label) : refusal;
}

void FileForm::setReadOnly(bool readOnly)
{
    for (const Section& section : m_sections)
        for (Field* field : section.fields)
            field->setReadOnly(readOnly);
}

Field* FileForm::field(const QString& key) const
{
    for (const Section& section : m_sections)
        for (std::size_t i = 0; i < section.fields.size(); ++i)
            if (section.settings[i].key == key)
                return section.fields[i];
    return nullptr;
}

Field* FileForm::firstProblem() const
{
    for (const Section& section : m_sections)
        for (Field* field : section.fields)
            if (!field->problem().isEmpty() && !field->isHidden())
                return field;
    return nullptr;
}

/// What was typed and refused belonged to another text.
void FileForm::revert()
{
    for (const Section& section : m_sections)
        for (Field* field : section.fields)
            field->revert();
}

void FileForm::refresh()
{
    for (const Section& section : m_sections) {
        for (std::size_t i = 0; i < section.fields.size(); ++i)
            refreshField(section.settings[i], *section.fields[i]);
        const bool any =
            std::ranges::any_of(section.fields, [](const Field* field) { return !field->isHidden(); });
        section.heading->setVisible(any);
        section.noteLabel->setText(section.note ? section.note() : QString());
        section.noteLabel->setVisible(any && !section.noteLabel->text().isEmpty());
        showProblems(section);
    }
}

void FileForm::refreshField(const Setting& setting, Field& field) const
{
    const QString written = setting.isList ? m_document.list(setting.key) : m_document.value(setting.key);
    const QString standard = setting.standard ? setting.standard() : QString();
    field.setVisible(!written.isEmpty() || !setting.applies || setting.applies());
    if (field.isHidden())
        field.revert();
    if (auto* choice = qobject_cast<ChoiceField*>(&field)) {
        if (setting.choices)
            choice->setOptions(setting.choices(), {});
        choice->setValue(written.isEmpty() ? standard : written);
    } else {
        if (auto* text = qobject_cast<TextField*>(&field))
            text->setPlaceholder(standard);
        field.setValue(written);
    }
    field.setProblem(setting.isList ? m_document.problemsBelow(setting.key)
                                    : m_document.problemsAt(setting.key));
}

/// The sections of the file that its fields are in, for what is wrong with them as a whole, as a key that is
/// missing.
QStringList FileForm::parentsOf(const Section& section)
{
    QStringList keys, parents;
    for (const Setting& setting : section.settings) {
        keys.append(setting.key);
        parents.append(setting.key.section(u'.', 0, -2));
    }
    parents.removeDuplicates();
    parents.removeIf([&keys](const QString& parent) { return parent.isEmpty() || keys.contains(parent); });
    return parents;
}

void FileForm::showProblems(const Section& section) const
{
    QStringList lines;
    for (const Field* field : section.fields)
        if (!field->problem().isEmpty())
            lines.append(tr("%1: %2").arg(field->caption(), field->problem()));
    for (const QString& parent : parentsOf(section)) {
        const QString problem = m_document.problemsAt(parent);
        if (!problem.isEmpty())
            lines.append(tr("%1: %2").arg(parent, problem));
    }
    setTone(*section.problems, Tone::Bad);
    section.problems->setText(lines.join(u'\n'));
    section.problems->setVisible(!lines.isEmpty());
}

} // namespace widthwise::ui
