// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/experiment_document.h"

#include "core/experiment/file_values.h"
#include "ui/design/space_text.h"

#include <QUndoCommand>

#include <stdexcept>
#include <utility>

namespace widthwise::ui {

namespace {

/// The field of steps that came from the keyboard of a text editor.
QString typing()
{
    return QStringLiteral("\x1ftyping");
}

bool isOneStroke(const TextEdit& edit)
{
    const bool newline = edit.inserted.contains(u'\n') || edit.removed.contains(u'\n');
    return !newline && edit.inserted.size() + edit.removed.size() == 1;
}

/// True where `next` goes on where `last` ended: typing forwards, or deleting in either direction.
bool continues(const TextEdit& last, const TextEdit& next)
{
    if (!isOneStroke(next) || last.inserted.contains(u'\n') || last.removed.contains(u'\n'))
        return false;
    if (!next.inserted.isEmpty())
        return !last.inserted.isEmpty() && next.position == last.position + last.inserted.size();
    return last.inserted.isEmpty() && (next.position == last.position || next.position + 1 == last.position);
}

/// What `edit` throws, in words.
template <class Edit>
QString attempt(Edit&& edit)
{
    try {
        edit();
        return {};
    } catch (const std::invalid_argument& error) {
        return QString::fromUtf8(error.what());
    } catch (const ExperimentFileError& error) {
        return QString::fromUtf8(error.what());
    }
}

} // namespace

/// One replacement in the text. Steps of one field merge: the merged step leads from the first's text to the
/// last's.
class ExperimentDocument::Step : public QUndoCommand {
public:
    Step(ExperimentDocument& document, TextEdit edit, const QString& label, QString field)
        : QUndoCommand(label), m_document(document), m_edit(std::move(edit)), m_field(std::move(field))
    {
    }

    void undo() override { m_document.apply(m_edit.inverse()); }
    void redo() override { m_document.apply(m_edit); }
    const QString& field() const { return m_field; }
    int id() const override { return m_field.isEmpty() ? -1 : 1; }

    bool mergeWith(const QUndoCommand* command) override
    {
        const auto* next = static_cast<const Step*>(command);
        if (next->m_field != m_field || (m_field == typing() && !continues(m_edit, next->m_edit)))
            return false;
        const QString& after = m_document.m_text;
        m_edit = difference(m_edit.inverse().appliedTo(next->m_edit.inverse().appliedTo(after)), after);
        setText(next->text());
        setObsolete(m_edit.isEmpty());
        return true;
    }

private:
    ExperimentDocument& m_document;
    TextEdit m_edit;
    QString m_field;
};

ExperimentDocument::ExperimentDocument(QObject* parent) : QObject(parent)
{
    read();
}

void ExperimentDocument::load(const QString& text)
{
    m_history.clear();
    m_text = text;
    m_text.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).replace(u'\r', u'\n');
    m_experiment = {};
    m_values.clear();
    read();
    Q_EMIT loaded();
    Q_EMIT reread();
}

QString ExperimentDocument::problemsAt(const QString& key) const
{
    QStringList messages;
    for (const FileProblem& problem : m_problems)
        if (QString::fromStdString(problem.key) == key)
            messages.append(QString::fromStdString(problem.message));
    return messages.join(u'\n');
}

QString ExperimentDocument::problemsBelow(const QString& key) const
{
    QStringList messages;
    for (const FileProblem& problem : m_problems)
        if (const QString at = QString::fromStdString(problem.key); at == key || at.startsWith(key + u'.'))
            messages.append(QString::fromStdString(problem.message));
    return messages.join(u'\n');
}

QString ExperimentDocument::value(const QString& key) const
{
    const auto found = m_values.find(key.toStdString());
    return found == m_values.end() ? QString() : QString::fromStdString(found->second);
}

void ExperimentDocument::setReadOnly(bool readOnly)
{
    if (readOnly == m_readOnly)
        return;
    m_readOnly = readOnly;
    Q_EMIT readOnlyChanged(readOnly);
}

void ExperimentDocument::type(const QString& text)
{
    push(text, tr("Typing"), typing());
}

void ExperimentDocument::replaceText(const QString& text, const QString& label)
{
    push(text, label, {});
}

QString ExperimentDocument::setSpace(const SearchSpace& space, const QString& label, const QString& field)
{
    return attempt([&] {
        push(QString::fromStdString(withSpaceChanged(m_text.toStdString(), m_experiment.space, space)), label,
             field);
    });
}

QString ExperimentDocument::setValue(const QString& key, const QString& value, const QString& label)
{
    std::vector<std::string> path;
    for (const QString& part : key.split(u'.'))
        path.push_back(part.toStdString());
    return attempt([&] {
        push(QString::fromStdString(withValue(m_text.toStdString(), path, value.toStdString())), label, key);
    });
}

void ExperimentDocument::withdraw(const QString& field)
{
    const auto* last = static_cast<const Step*>(m_history.command(m_history.index() - 1));
    if (last != nullptr && last->field() == numbered(field))
        m_history.undo();
}

/// Steps merge only between two calls of endStep.
QString ExperimentDocument::numbered(const QString& field) const
{
    return field.isEmpty() || field == typing() ? field : QString(field + u'#' + QString::number(m_steps));
}

void ExperimentDocument::push(const QString& text, const QString& label, const QString& field)
{
    if (m_readOnly || text == m_text)
        return;
    m_history.push(new Step(*this, difference(m_text, text), label, numbered(field)));
}

void ExperimentDocument::apply(const TextEdit& edit)
{
    m_text = edit.appliedTo(m_text);
    read();
    Q_EMIT edited(edit);
    Q_EMIT reread();
}

void ExperimentDocument::read()
{
    ExperimentReading reading = readExperiment(m_text.toStdString());
    m_problems = std::move(reading.problems);
    m_readable = reading.experiment.has_value();
    if (!m_readable)
        return;
    m_experiment = std::move(*reading.experiment);
    m_values = fileValues(m_text.toStdString());
}

} // namespace widthwise::ui
