// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/questions.h"

#include "core/control/permission.h"
#include "ui/pages/notice.h"
#include "ui/shell/experiment_controller.h"

#include <QCoreApplication>

namespace widthwise::ui {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("widthwise::ui::Questions", text);
}

QString nameOf(const ExperimentOverview& overview)
{
    return QString::fromStdString(overview.record.name);
}

QString stopQuestion(const ExperimentOverview& overview)
{
    const int active = standingOf(overview).active();
    const QString trials = active == 1 ? tr("1 trial writes its checkpoint and ends.")
                                       : tr("%1 trials write their checkpoints and end.").arg(active);
    return tr("Stop %1? %2 Until then the stop can be undone; later they go on from there when it is "
              "resumed.")
        .arg(nameOf(overview), trials);
}

QString killQuestion(const ExperimentOverview& overview)
{
    const int active = standingOf(overview).active();
    if (active == 1)
        return tr("1 trial of %1 still writes its checkpoint. End it now? What it trained since its last "
                  "checkpoint "
                  "is lost.")
            .arg(nameOf(overview));
    return tr("%1 trials of %2 still write their checkpoints. End them now? What they trained since their "
              "last "
              "checkpoints is lost.")
        .arg(QString::number(active), nameOf(overview));
}

QString removeQuestion(const ExperimentOverview& overview)
{
    if (overview.copyOf)
        return tr("Remove this copy of %1? The experiment itself stays on %2.")
            .arg(QString::fromStdString(overview.copyOf->name),
                 QString::fromStdString(overview.copyOf->mirror.remote.host));
    return tr("Remove %1 and all it measured from the store? The folders of its trials stay.")
        .arg(nameOf(overview));
}

} // namespace

void Questions::stop(const ExperimentOverview* overview)
{
    if (!overview)
        return;
    const Standing standing = standingOf(*overview);
    if (!stopEndsTrials(standing))
        m_controller.stop(*overview);
    else if (standing.isStopping())
        ask(killQuestion(*overview), tr("End trials"), *overview, &ExperimentController::stop);
    else
        ask(stopQuestion(*overview), tr("Stop"), *overview, &ExperimentController::stop);
}

void Questions::remove(const ExperimentOverview* overview)
{
    if (overview)
        ask(removeQuestion(*overview), tr("Remove"), *overview, &ExperimentController::remove);
}

void Questions::ask(const QString& question, const QString& answer, const ExperimentOverview& overview,
                    void (ExperimentController::*what)(const ExperimentOverview&))
{
    m_notice.ask(question, answer, [this, what, id = overview.record.id] {
        if (const ExperimentOverview* asked = m_experiments.find(id))
            (m_controller.*what)(*asked);
    });
}

} // namespace widthwise::ui
