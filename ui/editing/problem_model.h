// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/experiment/experiment_file.h"

#include <QAbstractListModel>

#include <vector>

namespace widthwise::ui {

class YamlDocument;

/// What is wrong with the document, a problem a row: where, and what to do.
class ProblemModel : public QAbstractListModel {
    Q_OBJECT
public:
    explicit ProblemModel(YamlDocument& document, QObject* parent = nullptr);

    int rowCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role = Qt::DisplayRole) const override;
    const FileProblem& problem(int row) const { return m_problems[static_cast<std::size_t>(row)]; }

private:
    void update();

    YamlDocument& m_document;
    std::vector<FileProblem> m_problems;
};

} // namespace widthwise::ui
