// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/verify/slope_model.h"

#include "ui/theme/theme.h"
#include "ui/verify/check_words.h"

#include <algorithm>
#include <cmath>

namespace widthwise::ui {

namespace {

QString slopeText(const Estimate& slope)
{
    if (!slope.isKnown())
        return QStringLiteral("–");
    const QString value = QString::number(std::abs(slope.value) < 0.005 ? 0 : slope.value, 'f', 2);
    const QString text = value.startsWith(u'-') ? u'−' + value.mid(1) : value;
    if (!slope.isBounded())
        return text;
    return text + QStringLiteral(" ± ") + QString::number(slope.error(), 'f', 2);
}

} // namespace

void SlopeModel::setReport(std::shared_ptr<const CheckReport> report)
{
    const std::vector<std::string> layers = report ? report->layers() : std::vector<std::string>();
    const std::vector<std::string> parametrizations =
        report ? report->parametrizations() : std::vector<std::string>();
    const bool alike = layers == m_layers && parametrizations == m_parametrizations;
    if (!alike)
        beginResetModel();
    m_report = std::move(report);
    m_layers = layers;
    m_parametrizations = parametrizations;
    if (!alike)
        endResetModel();
    else
        emitAllChanged();
}

void SlopeModel::setStep(std::int64_t t)
{
    m_step = t;
    emitAllChanged();
}

void SlopeModel::emitAllChanged()
{
    if (rowCount() > 0)
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, columnCount() - 1));
}

QString SlopeModel::layer(int row) const
{
    return row >= 0 && row < rowCount() ? QString::fromStdString(m_layers[std::size_t(row)]) : QString();
}

int SlopeModel::rowOf(const QString& layer) const
{
    const auto found = std::ranges::find(m_layers, layer.toStdString());
    return found == m_layers.end() ? -1 : int(found - m_layers.begin());
}

int SlopeModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : int(m_layers.size());
}

int SlopeModel::columnCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : 1 + int(m_parametrizations.size());
}

QVariant SlopeModel::data(const QModelIndex& index, int role) const
{
    if (!index.isValid())
        return {};
    const std::string& layer = m_layers[std::size_t(index.row())];
    if (index.column() > 0)
        return slopeData(m_report->find(m_parametrizations[std::size_t(index.column() - 1)], layer, m_step),
                         role);
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole)
        return QString::fromStdString(layer);
    return role == SortRole ? QVariant(index.row()) : QVariant();
}

QVariant SlopeModel::slopeData(int index, int role) const
{
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignRight | Qt::AlignVCenter);
    if (index < 0)
        return {};
    const LayerSlope& slope = m_report->slopes[std::size_t(index)];
    const CheckResult result = slope.result;
    const CheckSign sign = checkSign(result);
    switch (role) {
    case Qt::DisplayRole:
        return QStringLiteral("%1  %2").arg(slopeText(slope.slope), sign.shape);
    case Qt::AccessibleTextRole:
        return QStringLiteral("%1, %2").arg(slopeText(slope.slope), sign.label);
    case Qt::ForegroundRole:
        return Theme::instance().color(sign.tone);
    case Qt::ToolTipRole:
        return tr("%1: from %2 trials at %3 widths. %4")
            .arg(result != CheckResult::Incomplete ? sign.label
                 : slope.slope.isKnown()           ? tr("not judged: it is behind the readout, which is")
                                                   : tr("no output yet"))
            .arg(slope.trials)
            .arg(slope.widths)
            .arg(intervalExplained());
    case SortRole:
        return slope.slope.isKnown() ? QVariant(std::abs(slope.slope.value)) : QVariant();
    case ToneRole:
        return int(sign.tone);
    default:
        return {};
    }
}

QVariant SlopeModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return int((section == 0 ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role == Qt::ToolTipRole && section > 0)
        return tr("d log mean |x| / d log width before update %1; 0: the layer does not grow with the width")
            .arg(m_step);
    if (role != Qt::DisplayRole)
        return {};
    return section == 0 ? tr("Layer")
                        : tr("Slope, %1")
                              .arg(QString::fromStdString(
                                  parametrizationName(m_parametrizations[std::size_t(section - 1)])));
}

} // namespace widthwise::ui
