// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/shell/actions.h"

#include "ui/models/experiments_model.h"
#include "ui/theme/theme.h"

#include <array>
#include <utility>

namespace widthwise::ui {

Actions::Actions(QObject* parent) : QObject(parent)
{
    startPage = make("startPage", "home", tr("Start page"), Qt::ALT | Qt::Key_Home,
                     tr("The example, a new experiment, or a file"));
    create = make("newExperiment", "new", tr("New"), QKeySequence::New, tr("A new experiment to design"));
    open =
        make("openFile", "open", tr("Open file…"), QKeySequence::Open, tr("Open an experiment file (YAML)"));
    openStore = make("openStore", "open", tr("Choose another store…"), Qt::CTRL | Qt::SHIFT | Qt::Key_O,
                     tr("Show another store in this window"));
    attach = make("attach", "attach", tr("Attach…"), Qt::CTRL | Qt::SHIFT | Qt::Key_A,
                  tr("Show the experiments of a cluster that are driven there"));
    start = make("start", "start", tr("Start"), Qt::CTRL | Qt::Key_Return, tr("Start the search"));
    pause = make("pause", "pause", tr("Pause"), Qt::CTRL | Qt::Key_Period, tr("Start no further trials"));
    stop = make("stop", "stop", tr("Stop"), Qt::CTRL | Qt::SHIFT | Qt::Key_Period,
                tr("Ask all trials to stop; each leaves a checkpoint"));
    retryFailed = make("retryFailed", "retry", tr("Retry failed"), Qt::CTRL | Qt::Key_R,
                       tr("Run the failed trials once more"));
    addTrials = make("addTrials", "new", tr("More trials…"), QKeySequence(),
                     tr("Give an experiment that has ended more trials"));
    remove =
        make("remove", "remove", tr("Remove…"), QKeySequence(), tr("Remove the experiment from the store"));
    changeTheme = make("changeTheme", "theme", tr("Theme"), Qt::CTRL | Qt::SHIFT | Qt::Key_T,
                       tr("Light, dark, or as the desktop has it"));
    shortcuts = make("shortcuts", "keyboard", tr("Keyboard shortcuts"), QKeySequence::HelpContents,
                     tr("List the keyboard shortcuts"));
    shortcuts->setShortcuts({Qt::Key_F1});
}

QAction* Actions::make(const char* name, const char* icon, const QString& text, const QKeySequence& shortcut,
                       const QString& help)
{
    auto* action = new QAction(Theme::instance().icon(QString::fromLatin1(icon)), text, this);
    action->setObjectName(QString::fromLatin1(name));
    action->setShortcut(shortcut);
    const QString keys = action->shortcut().toString(QKeySequence::NativeText);
    action->setToolTip(keys.isEmpty() ? help : QStringLiteral("%1 (%2)").arg(help, keys));
    return action;
}

QList<QAction*> Actions::all() const
{
    return {startPage, create,      open,      openStore, attach,      start,    pause,
            stop,      retryFailed, addTrials, remove,    changeTheme, shortcuts};
}

QList<QAction*> Actions::writing() const
{
    return {create, open, attach, start, pause, stop, retryFailed, addTrials, remove};
}

void Actions::setReadOnly(const QString& reason)
{
    m_readOnly = !reason.isEmpty();
    for (QAction* action : writing()) {
        action->setEnabled(!m_readOnly);
        action->setToolTip(reason);
    }
}

void Actions::update(const ExperimentOverview* overview)
{
    const Standing standing = overview ? standingOf(*overview) : Standing();
    for (const auto& [action, request] :
         {std::pair(start, Request::Start), std::pair(pause, Request::Pause), std::pair(stop, Request::Stop),
          std::pair(retryFailed, Request::RetryFailed), std::pair(addTrials, Request::AddTrials),
          std::pair(remove, Request::Remove)})
        action->setEnabled(overview && !m_readOnly && permission(request, standing).isGranted());
    nameStart(overview ? startOf(standing) : Start::First);
    stop->setText(standing.isStopping() ? tr("End trials") : tr("Stop"));
}

void Actions::nameStart(Start what)
{
    const std::array names{tr("Start"), tr("Resume"), tr("Undo stop")};
    start->setText(names.at(std::size_t(what)));
    start->setIcon(
        Theme::instance().icon(what == Start::First ? QStringLiteral("start") : QStringLiteral("resume")));
}

} // namespace widthwise::ui
