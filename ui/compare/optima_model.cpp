// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/compare/optima_model.h"

#include "core/study/check_report.h"
#include "ui/models/texts.h"
#include "ui/theme/theme.h"

namespace widthwise::ui {

void OptimaModel::setReport(const SweepReport& report)
{
    beginResetModel();
    m_report = report;
    m_metric = QString::fromStdString(report.metric.title());
    endResetModel();
}

int OptimaModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_report.curves.size());
}

int OptimaModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QString OptimaModel::text(const SweepCurve& curve, int column) const
{
    switch (column) {
    case Parametrization:
        return QString::fromStdString(parametrizationName(curve.parametrization));
    case Width:
        return QString::number(curve.width);
    case Remark:
        return QString::fromStdString(m_report.remarkOn(curve));
    default:
        break;
    }
    if (!curve.optimum)
        return {};
    const Estimate& rate = curve.optimum->learningRate;
    if (column == LearningRate)
        return numberText(rate.value, 3);
    if (column == Loss)
        return numberText(curve.optimum->loss);
    if (curve.optimum->atEdge || !rate.isBounded())
        return {};
    return tr("%1 to %2").arg(numberText(rate.low, 3), numberText(rate.high, 3));
}

QVariant OptimaModel::data(const QModelIndex& index, int role) const
{
    const SweepCurve& curve = m_report.curves[std::size_t(index.row())];
    const bool figures = index.column() >= Width && index.column() <= Loss;
    switch (role) {
    case Qt::DisplayRole:
        return text(curve, index.column());
    case Qt::ToolTipRole:
        return index.column() == Remark ? QVariant(text(curve, Remark)) : QVariant();
    case Qt::TextAlignmentRole:
        return QVariant(figures ? Qt::AlignRight | Qt::AlignVCenter : Qt::AlignLeft | Qt::AlignVCenter);
    case Qt::FontRole:
        return figures ? QVariant(Theme::instance().numbers()) : QVariant();
    case Qt::ForegroundRole:
        if (index.column() == Parametrization && !curve.parametrization.empty())
            return Theme::instance().parametrization(QString::fromStdString(curve.parametrization));
        return index.column() == Remark ? QVariant(Theme::instance().color(Tone::Warning)) : QVariant();
    default:
        return {};
    }
}

QVariant OptimaModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant(section >= Width && section <= Loss ? Qt::AlignRight | Qt::AlignVCenter
                                                            : Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case Parametrization:
        return tr("Parametrization");
    case Width:
        return tr("Width");
    case LearningRate:
        return tr("Best learning rate");
    case Interval:
        return tr("95 % interval");
    case Loss:
        return tr("%1 there").arg(m_metric);
    case Remark:
        return tr("Remark");
    default:
        return {};
    }
}

} // namespace widthwise::ui
