// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"
#include "ui/design/text_edit.h"

#include <QObject>
#include <QStringList>
#include <QUndoStack>

#include <map>
#include <string>
#include <vector>

namespace widthwise::ui {

/// An experiment while it is being designed. Its text is the truth; the experiment and its problems are read
/// from it after every change. Every edit, typed or made in a form, is one replacement in the text and one
/// step of one history.
class ExperimentDocument : public QObject {
    Q_OBJECT
public:
    explicit ExperimentDocument(QObject* parent = nullptr);

    /// Another text; its history begins here. Line ends become `\n`.
    void load(const QString& text);

    const QString& text() const { return m_text; }
    /// What the text says. While the text is not YAML at all this is what it said before; see isReadable.
    const Experiment& experiment() const { return m_experiment; }
    /// False while the text is not YAML, so that experiment() lags behind it.
    bool isReadable() const { return m_readable; }
    const std::vector<FileProblem>& problems() const { return m_problems; }
    /// What is wrong at the key (`space.max_lr.low`) itself, a line each; empty where nothing is.
    QString problemsAt(const QString& key) const;
    /// The same for the key and all keys below it.
    QString problemsBelow(const QString& key) const;

    /// The single value at the key as it is written, or empty where there is none. Lags behind as
    /// experiment() does.
    QString value(const QString& key) const;

    /// A started experiment keeps its design: edits are ignored.
    void setReadOnly(bool readOnly);
    bool isReadOnly() const { return m_readOnly; }

    /// What a text editor does. Neighbouring keystrokes make one step.
    void type(const QString& text);
    /// Replaces the text as one step called `label`.
    void replaceText(const QString& text, const QString& label);
    /// Changes only what differs in the space. Steps in a row with the same non-empty `field` become one.
    /// Returns in words why not, or an empty text.
    QString setSpace(const SearchSpace& space, const QString& label, const QString& field = {});
    /// Sets one value of the file, `budget.trials` to `20`, or takes it out where `value` is empty. Answers
    /// as setSpace.
    QString setValue(const QString& key, const QString& value, const QString& label);

    /// What is edited next is a step of its own, also where it is in the same field.
    void endStep() { ++m_steps; }
    /// Takes back what the last step did in this field: what a person types there now cannot stand.
    void withdraw(const QString& field);

    QUndoStack& history() { return m_history; }

Q_SIGNALS:
    /// The text changed by exactly this edit.
    void edited(const widthwise::ui::TextEdit& edit);
    /// A whole new text.
    void loaded();
    /// Experiment and problems have been read anew; comes after edited and loaded.
    void reread();
    void readOnlyChanged(bool readOnly);

private:
    class Step;
    void push(const QString& text, const QString& label, const QString& field);
    QString numbered(const QString& field) const;
    void apply(const TextEdit& edit);
    void read();

    QString m_text;
    Experiment m_experiment;
    std::vector<FileProblem> m_problems;
    std::map<std::string, std::string> m_values;
    bool m_readable = false;
    bool m_readOnly = false;
    int m_steps = 0; ///< counts endStep
    QUndoStack m_history;
};

} // namespace widthwise::ui
