// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "ui/editing/text_edit.h"

#include <QObject>
#include <QStringList>
#include <QUndoStack>

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace widthwise::ui {

/// A YAML file while it is being edited. Its text is the truth; what it means and its problems are read from
/// it after every change. Every edit, typed or made in a form, is one replacement in the text and one step of
/// one history.
class YamlDocument : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Another text; its history begins here. Line ends become `\n`.
    void load(const QString& text);

    const QString& text() const { return m_text; }
    /// Where something that the text names may have changed.
    void readAgain();

    /// False while the text is not YAML, so that what it means lags behind it.
    bool isReadable() const { return m_readable; }
    /// What a form's fields refuse, which the text does not show (their line is 0), then what is wrong in it.
    const std::vector<FileProblem>& problems() const { return m_problems; }
    /// What `field` shows in place of the value at `key` cannot stand, for this `reason`; it can where that
    /// is empty.
    void setRefusal(const QObject* field, const QString& key, const QString& reason);
    /// What is wrong in the text at the key (`space.max_lr.low`) itself, a line each; empty where nothing is.
    QString problemsAt(const QString& key) const;
    /// The same for the key and all keys below it.
    QString problemsBelow(const QString& key) const;

    /// The single value at the key as it is written, or empty where there is none. Lags behind where the text
    /// is not YAML.
    QString value(const QString& key) const;
    /// The items of the list of single values at the key, `32, 64`; the same else.
    QString list(const QString& key) const;

    /// Edits are ignored.
    void setReadOnly(bool readOnly);
    bool isReadOnly() const { return m_readOnly; }

    /// What a text editor does. Neighbouring keystrokes make one step.
    void type(const QString& text);
    /// Replaces the text as one step called `label`.
    void replaceText(const QString& text, const QString& label);
    /// Sets one value of the file, `budget.trials` to `20`, or takes it out where `value` is empty.
    /// Returns in words why not, or an empty text. `field`: a part of the step that another key began.
    QString setValue(const QString& key, const QString& value, const QString& label,
                     const QString& field = {});
    /// The same with a list, whose items stand in `items` with commas or spaces between.
    QString setList(const QString& key, const QString& items, const QString& label);

    /// What is edited next is a step of its own, also where it is in the same field.
    void endStep() { ++m_steps; }
    /// Takes back what the last step did in this field: what a person types there now cannot stand.
    void withdraw(const QString& field);

    QUndoStack& history() { return m_history; }
    /// Whether a field shows what cannot stand, which is no part of the history.
    bool hasRefusals() const;

Q_SIGNALS:
    /// The text changed by exactly this edit.
    void edited(const widthwise::ui::TextEdit& edit);
    /// A whole new text.
    void loaded();
    /// Meaning and problems have been read anew; comes after edited and loaded.
    void reread();
    void readOnlyChanged(bool readOnly);

protected:
    struct Reading {
        std::vector<FileProblem> problems;
        bool readable = false;
    };
    /// What the text means now. A text that is not readable changes nothing.
    virtual Reading parse(const std::string& text) = 0;
    /// A whole new text follows.
    virtual void forget() {}
    /// For the constructor of a class that can parse.
    void read();
    /// Makes `text` the document's, as one step. Steps in a row with the same non-empty `field` become one.
    void push(const QString& text, const QString& label, const QString& field);

private:
    class Step;
    QString numbered(const QString& field) const;
    void collectProblems();
    void apply(const TextEdit& edit);

    QString m_text;
    std::vector<FileProblem> m_found; ///< in the text
    std::map<const QObject*, FileProblem> m_refusals;
    std::vector<FileProblem> m_problems; ///< all of these
    std::map<std::string, std::string> m_values;
    std::map<std::string, std::vector<std::string>> m_lists;
    bool m_readable = false;
    bool m_readOnly = false;
    int m_steps = 0; ///< counts endStep
    QUndoStack m_history;
};

/// What `edit` throws, in words; empty where it throws nothing.
QString attempt(const std::function<void()>& edit);

} // namespace widthwise::ui
