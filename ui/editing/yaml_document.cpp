// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/editing/yaml_document.h"

#include "core/experiment/file_values.h"

#include <QRegularExpression>
#include <QUndoCommand>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace widthwise::ui {

namespace {

std::vector<std::string> pathOf(const QString& key)
{
    std::vector<std::string> path;
    for (const QString& part : key.split(u'.'))
        path.push_back(part.toStdString());
    return path;
}

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

} // namespace

/// One replacement in the text. Steps of one field merge: the merged step leads from the first's text to the
/// last's.
class YamlDocument::Step : public QUndoCommand {
public:
    Step(YamlDocument& document, TextEdit edit, const QString& label, QString field)
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
    YamlDocument& m_document;
    TextEdit m_edit;
    QString m_field;
};

void YamlDocument::load(const QString& text)
{
    m_history.clear();
    m_text = text;
    m_text.replace(QStringLiteral("\r\n"), QStringLiteral("\n")).replace(u'\r', u'\n');
    forget();
    m_values.clear();
    m_lists.clear();
    read();
    Q_EMIT loaded();
    Q_EMIT reread();
}

void YamlDocument::readAgain()
{
    read();
    Q_EMIT reread();
}

void YamlDocument::setRefusal(const QObject* field, const QString& key, const QString& reason)
{
    const FileProblem refusal{0, 0, key.toStdString(), reason.toStdString()};
    const auto [known, isNew] = m_refusals.try_emplace(field);
    if (isNew)
        connect(field, &QObject::destroyed, this, [this, field] { setRefusal(field, {}, {}); });
    if (known->second.key == refusal.key && known->second.message == refusal.message)
        return;
    known->second = refusal;
    collectProblems();
    Q_EMIT reread();
}

bool YamlDocument::hasRefusals() const
{
    return std::ranges::any_of(m_refusals, [](const auto& entry) { return !entry.second.message.empty(); });
}

void YamlDocument::collectProblems()
{
    m_problems.clear();
    for (const auto& [field, refusal] : m_refusals)
        if (!refusal.message.empty())
            m_problems.push_back(refusal);
    m_problems.insert(m_problems.end(), m_found.begin(), m_found.end());
}

QString YamlDocument::problemsAt(const QString& key) const
{
    QStringList messages;
    for (const FileProblem& problem : m_found)
        if (QString::fromStdString(problem.key) == key)
            messages.append(QString::fromStdString(problem.message));
    return messages.join(u'\n');
}

QString YamlDocument::problemsBelow(const QString& key) const
{
    QStringList messages;
    for (const FileProblem& problem : m_found)
        if (const QString at = QString::fromStdString(problem.key); at == key || at.startsWith(key + u'.'))
            messages.append(QString::fromStdString(problem.message));
    return messages.join(u'\n');
}

QString YamlDocument::value(const QString& key) const
{
    const auto found = m_values.find(key.toStdString());
    return found == m_values.end() ? QString() : QString::fromStdString(found->second);
}

QString YamlDocument::list(const QString& key) const
{
    const auto found = m_lists.find(key.toStdString());
    if (found == m_lists.end())
        return value(key); // a single one may stand without brackets
    QStringList items;
    for (const std::string& item : found->second)
        items.append(QString::fromStdString(item));
    return items.join(QStringLiteral(", "));
}

void YamlDocument::setReadOnly(bool readOnly)
{
    if (readOnly == m_readOnly)
        return;
    m_readOnly = readOnly;
    Q_EMIT readOnlyChanged(readOnly);
}

void YamlDocument::type(const QString& text)
{
    push(text, tr("Typing"), typing());
}

void YamlDocument::replaceText(const QString& text, const QString& label)
{
    push(text, label, {});
}

QString YamlDocument::setValue(const QString& key, const QString& value, const QString& label,
                               const QString& field)
{
    return attempt([&] {
        push(QString::fromStdString(withValue(m_text.toStdString(), pathOf(key), value.toStdString())), label,
             field.isEmpty() ? key : field);
    });
}

QString YamlDocument::setList(const QString& key, const QString& items, const QString& label)
{
    static const QRegularExpression between(QStringLiteral("[,\\s]+"));
    std::vector<std::string> texts;
    for (const QString& item : items.split(between, Qt::SkipEmptyParts))
        texts.push_back(item.toStdString());
    return attempt([&] {
        push(QString::fromStdString(withList(m_text.toStdString(), pathOf(key), texts)), label, key);
    });
}

void YamlDocument::withdraw(const QString& field)
{
    const auto* last = static_cast<const Step*>(m_history.command(m_history.index() - 1));
    if (last != nullptr && last->field() == numbered(field))
        m_history.undo();
}

/// Steps merge only between two calls of endStep.
QString YamlDocument::numbered(const QString& field) const
{
    return field.isEmpty() || field == typing() ? field : QString(field + u'#' + QString::number(m_steps));
}

void YamlDocument::push(const QString& text, const QString& label, const QString& field)
{
    if (m_readOnly || text == m_text)
        return;
    m_history.push(new Step(*this, difference(m_text, text), label, numbered(field)));
}

void YamlDocument::apply(const TextEdit& edit)
{
    m_text = edit.appliedTo(m_text);
    read();
    Q_EMIT edited(edit);
    Q_EMIT reread();
}

void YamlDocument::read()
{
    Reading reading = parse(m_text.toStdString());
    m_found = std::move(reading.problems);
    collectProblems();
    m_readable = reading.readable;
    if (!m_readable)
        return;
    m_values = fileValues(m_text.toStdString());
    m_lists = fileLists(m_text.toStdString());
}

QString attempt(const std::function<void()>& edit)
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

} // namespace widthwise::ui
