// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/design/draft_saver.h"

#include "ui/design/experiment_document.h"

namespace widthwise::ui {

namespace {

constexpr int pause = 300; ///< milliseconds without an edit before it is saved

} // namespace

DraftSaver::DraftSaver(ExperimentDocument& document, QObject* parent) : QObject(parent), m_document(document)
{
    m_timer.setSingleShot(true);
    m_timer.setInterval(pause);
    connect(&m_timer, &QTimer::timeout, this, &DraftSaver::flush);
    connect(&document, &ExperimentDocument::edited, this, &DraftSaver::schedule);
}

bool DraftSaver::isEditable(const ExperimentRecord& record) const
{
    return !m_readOnly && record.id != 0 && record.state == ExperimentState::Draft;
}

void DraftSaver::setProposing(bool proposes)
{
    if (proposes == m_proposes || m_readOnly)
        return;
    m_proposes = proposes;
    if (!proposes)
        m_document.load(m_stored);
    m_document.setReadOnly(!proposes);
}

void DraftSaver::setReadOnly()
{
    m_readOnly = true;
    m_proposes = false;
    m_timer.stop();
    m_document.setReadOnly(true);
}

void DraftSaver::show(const ExperimentRecord& record)
{
    if (record.id != m_experiment) {
        flush();
        open(record);
        return;
    }
    m_name = QString::fromStdString(record.name);
    const QString text = QString::fromStdString(record.yaml);
    if (m_proposes) {
        m_stored = text;
        return;
    }
    m_document.setReadOnly(!isEditable(record));
    if (text == m_stored)
        return;
    m_stored = text;
    if (const qsizetype answered = m_underway.indexOf(text); answered >= 0) {
        m_underway.remove(0, answered + 1);
    } else if (m_document.isReadOnly()) {
        m_document.load(text);
    } else {
        m_document.replaceText(text, tr("Change made elsewhere"));
        m_timer.stop();
        Q_EMIT savedChanged(true);
    }
}

void DraftSaver::open(const ExperimentRecord& record)
{
    m_experiment = record.id;
    m_proposes = false;
    m_name = QString::fromStdString(record.name);
    m_stored = QString::fromStdString(record.yaml);
    m_underway.clear();
    m_document.load(m_stored);
    m_document.setReadOnly(!isEditable(record));
    m_writtenName = m_document.value(QStringLiteral("name"));
    Q_EMIT savedChanged(true);
}

void DraftSaver::schedule()
{
    if (m_proposes)
        return;
    m_timer.start();
    Q_EMIT savedChanged(false);
}

QString DraftSaver::refusedName() const
{
    const QString written = m_document.value(QStringLiteral("name"));
    return written != m_writtenName && m_taken.contains(written) ? written : QString();
}

/// The store may have given a draft a number to its name; it keeps that until the text says another name.
void DraftSaver::flush()
{
    if (!m_timer.isActive() && sender() != &m_timer)
        return;
    m_timer.stop();
    if (const QString written = m_document.value(QStringLiteral("name"));
        written != m_writtenName && !written.isEmpty() && !m_taken.contains(written) &&
        m_document.problemsAt(QStringLiteral("name")).isEmpty()) {
        m_writtenName = written;
        m_name = written;
    }
    m_underway.append(m_document.text());
    Q_EMIT saveWanted(m_experiment, m_name, m_document.text());
    Q_EMIT savedChanged(true);
}

} // namespace widthwise::ui
