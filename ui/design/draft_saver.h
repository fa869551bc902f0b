// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/store/experiments.h"

#include <QObject>
#include <QStringList>
#include <QTimer>

namespace widthwise::ui {

class ExperimentDocument;

/// Keeps a document and its record in the store the same: what is edited is saved a moment later, what was
/// changed elsewhere is taken over, and the store's own answers are told apart from that.
class DraftSaver : public QObject {
    Q_OBJECT
public:
    explicit DraftSaver(ExperimentDocument& document, QObject* parent = nullptr);

    /// The record to edit, or the same one as the store has it now.
    void show(const ExperimentRecord& record);
    /// Nothing can be saved from now on, and so nothing be edited.
    void setReadOnly();
    /// Whether the text of an experiment that has started is edited to be proposed: nothing of that is saved,
    /// and once it is over the text is what the store has.
    void setProposing(bool proposes);
    bool isProposing() const { return m_proposes; }
    /// What other experiments of the store are called: a draft whose text asks for one of these names is
    /// saved under the name that it has.
    void setTakenNames(const QStringList& names) { m_taken = names; }
    /// The name that the text asks for and cannot have, or empty.
    QString refusedName() const;
    /// Saves at once what is not saved yet.
    void flush();
    bool isSaved() const { return !m_timer.isActive(); }

Q_SIGNALS:
    void saveWanted(qint64 experiment, const QString& name, const QString& yaml);
    void savedChanged(bool saved);

private:
    bool isEditable(const ExperimentRecord& record) const;
    void open(const ExperimentRecord& record);
    void schedule();

    ExperimentDocument& m_document;
    QTimer m_timer;
    bool m_readOnly = false;
    bool m_proposes = false;
    std::int64_t m_experiment = 0;
    QString m_name;        ///< in the store
    QString m_writtenName; ///< in the text that has that name in the store
    QStringList m_taken;
    QStringList m_underway; ///< sent, not yet seen in the store
    QString m_stored;
};

} // namespace widthwise::ui
