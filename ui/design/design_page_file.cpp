// SPDX-License-Identifier: GPL-3.0-or-later
// What a DesignPage does with its text beside editing: the file of a draft, a copy of what has started, and
// changes to it.
#include "core/control/permission.h"
#include "core/store/store_files.h"
#include "ui/design/change_proposal.h"
#include "ui/design/design_page.h"
#include "ui/theme/tone.h"

#include <QDir>
#include <QFileDialog>
#include <QLabel>
#include <QPushButton>

namespace widthwise::ui {

void DesignPage::showFile()
{
    std::optional<ExperimentSourceFile> file;
    if (m_experiments && m_record.state == ExperimentState::Draft)
        for (const ExperimentOverview& overview : *m_experiments)
            if (overview.record.id == m_record.id)
                file = overview.file;
    m_file.show(m_record.id, file);
    updateStatus();
}

/// Of a draft that can be written.
bool DesignPage::isOwnText() const
{
    return m_record.state == ExperimentState::Draft && !m_document.isReadOnly();
}

void DesignPage::saveFile()
{
    if (!isOwnText() || m_file.state() == DraftFile::State::None) {
        chooseFile();
        return;
    }
    m_saver.flush();
    tellFile(m_file.save());
}

void DesignPage::chooseFile()
{
    const QString folder = QString::fromStdString(m_record.baseDirectory);
    const QString name = QString::fromStdString(m_record.name) + QStringLiteral(".yaml");
    auto* dialog = new QFileDialog(this, tr("Save the experiment as"), folder,
                                   tr("Experiment files (*.yaml *.yml);;All files (*)"));
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    dialog->setAcceptMode(QFileDialog::AcceptSave);
    dialog->setDefaultSuffix(QStringLiteral("yaml"));
    dialog->selectFile(m_file.path().isEmpty() ? name : m_file.path());
    connect(dialog, &QFileDialog::fileSelected, this, &DesignPage::saveAs);
    dialog->open();
}

/// Of what has started, a copy is written: it stays what it was started as.
void DesignPage::saveAs(const QString& path)
{
    m_saver.flush();
    if (isFileOfStore(path.toStdString(), m_client.storeFile().toStdString()))
        tellFile(QString::fromStdString(fileOfStoreText(path.toStdString())));
    else
        tellFile(isOwnText() ? m_file.saveAs(path) : writeText(path, m_document.text()));
}

void DesignPage::tellFile(const QString& problem)
{
    m_fileProblem = problem;
    updateBanner();
    updateStatus();
}

void DesignPage::duplicate()
{
    ExperimentRecord copy;
    copy.name = m_record.name;
    copy.yaml = m_record.yaml;
    copy.baseDirectory = m_record.baseDirectory;
    copy.parent = m_record.id;
    m_client.addExperiment(copy);
}

bool DesignPage::mayChange() const
{
    return m_record.id != 0 &&
           permission(Request::Change, {m_record.state, {}, false, isCopy(m_record.id)}).isGranted();
}

/// The text of what has started can be edited meanwhile, and stands in the store only once it is applied.
void DesignPage::propose(bool proposes)
{
    m_saver.setProposing(proposes);
    updateReadOnly();
    updateBanner();
    updateStatus();
}

void DesignPage::applyChange()
{
    m_client.change(m_record.id, m_document.text());
    propose(false);
}

void DesignPage::showProposal()
{
    const ChangeProposal proposal = proposalOf(m_record, m_document.text());
    m_bannerText->setText(proposal.text);
    m_apply->setText(m_record.state == ExperimentState::Running ? tr("Apply to the running experiment")
                                                                : tr("Apply to the experiment"));
    m_apply->setAccessibleName(m_apply->text());
    m_apply->setEnabled(proposal.isPossible && !proposal.isEmpty);
    m_banner->setVisible(true);
}

} // namespace widthwise::ui
